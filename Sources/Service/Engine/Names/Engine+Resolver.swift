import Addressing
import DataPlane
import EngineModel
import Kernel
import Logging

extension Engine {
  /// Follows the host's resolver configuration: names that are not ours are asked of the servers it has now, also by
  /// containers that run.
  func followResolver() {
    let path = configuration.resolverConfiguration
    let watch: FileWatch
    do {
      watch = try FileWatch(path)
    } catch {
      logger.warning("changes of \(path) are not followed: \(error)")
      return
    }
    resolverReader = Task { [weak self] in
      for await _ in watch.changes {
        // Whoever writes it may not be done.
        try? await Task.sleep(for: .milliseconds(50))
        guard !Task.isCancelled else { return }
        await self?.readResolver()
      }
    }
  }

  private func readResolver() async {
    guard let text = try? readFile(configuration.resolverConfiguration) else { return }
    let resolver = ResolverFile(text)
    guard resolver != hostFacts.resolver, let parts = try? parts else { return }
    hostFacts.resolver = resolver
    logger.info(
      "the host's name servers are others now",
      metadata: ["servers": "\(resolver.servers.map(\.description).joined(separator: " "))"])
    for id in Array(state.containers.keys) {
      await alone(with: id) {
        guard let container = state.containers[id], runsNow(container), Self.hasSandbox(container) else { return }
        let changes = served(container).changes.filter { if case .openSandbox = $0 { true } else { false } }
        guard !changes.isEmpty else { return }
        await attempting("telling of other name servers") { try await parts.dataPlane.apply(changes) }
      }
    }
  }

  /// Lets others with the same name be named instead of a container that is unwell, or it again among them.
  func publishHealth(of id: ContainerID) {
    Task {
      await alone(with: id) {
        guard let parts = try? parts, let container = state.containers[id], runsNow(container) else { return }
        let changes = served(container).changes.filter { if case .setEndpoint = $0 { true } else { false } }
        guard !changes.isEmpty else { return }
        await attempting("telling of health") { try await parts.dataPlane.apply(changes) }
        await republishPlaces(of: container)
      }
    }
  }
}
