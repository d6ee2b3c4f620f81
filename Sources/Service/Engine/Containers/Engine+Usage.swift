import EngineModel
import Kernel

extension Engine {
  /// A container's resource usage now; `nil` in the sample when it does not run.
  ///
  /// - Throws: `notFound`.
  package func usage(_ reference: String) async throws -> UsageSample {
    let container = try state.container(reference)
    var sample = UsageSample(container: container.id, name: container.name, time: .now)
    guard hasProcess(container.id) else { return sample }
    // A container on the host's network has no interfaces of its own.
    sample.usage = try await parts.runtime.usage(
      of: container.id, countsInterfaces: container.host.networkMode != .host)
    sample.time = .now
    return sample
  }
}
