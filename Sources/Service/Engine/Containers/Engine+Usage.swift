import EngineModel

extension Engine {
  /// What a container uses now.
  ///
  /// - Throws: `notFound`.
  public func usage(_ reference: String) async throws -> UsageSample {
    let container = try state.container(reference)
    var sample = UsageSample(container: container.id, name: container.name, time: .now)
    guard lives[container.id]?.state.pid ?? 0 != 0 else { return sample }
    // With the host's network there is nothing that is the container's own.
    sample.usage = try await parts.runtime.usage(
      of: container.id, countsInterfaces: container.host.networkMode != .host)
    sample.time = .now
    return sample
  }
}
