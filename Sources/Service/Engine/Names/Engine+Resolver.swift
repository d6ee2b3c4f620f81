import Addressing
import DataPlane
import EngineModel
import Kernel
import Logging

extension Engine {
  /// Watches the host's resolver configuration, so that running containers' queries are forwarded to the current servers.
  func watchResolverConfiguration() {
    let path = configuration.resolverConfiguration
    let watch: FileWatch
    do {
      watch = try FileWatch(path)
    } catch {
      logger.warning("changes of \(path) are not watched: \(error)")
      return
    }
    let reader = Task { [weak self] in
      for await _ in watch.changes {
        // The writer may not have finished.
        try? await Task.sleep(for: .milliseconds(50))
        guard !Task.isCancelled else { return }
        await self?.readResolver()
      }
    }
    addBackgroundTask(reader)
  }

  private func readResolver() async {
    guard let text = try? readFile(configuration.resolverConfiguration) else { return }
    let resolver = ResolverFile(text)
    guard resolver != hostState.environment.resolver, let parts = try? parts else { return }
    hostState.environment.resolver = resolver
    logger.info(
      "the host's DNS servers changed",
      metadata: ["servers": "\(resolver.servers.map(\.description).joined(separator: " "))"])
    for id in Array(state.containers.keys) {
      await withLock(on: id) {
        guard let container = state.containers[id], isRunning(container), Self.hasSandbox(container) else { return }
        let changes = dataPlaneTable(of: container).changes.filter { if case .openSandbox = $0 { true } else { false } }
        guard !changes.isEmpty else { return }
        await attempting("updating the DNS servers of \(id.short)") { try await parts.dataPlane.apply(changes) }
      }
    }
  }

  /// Updates the container's DNS records after a change of its health: an unhealthy container is not in answers if a healthy
  /// one has the same name.
  func publishHealth(of id: ContainerID) {
    Task {
      await withLock(on: id) {
        guard let parts = try? parts, let container = state.containers[id], isRunning(container) else { return }
        let changes = dataPlaneTable(of: container).changes.filter { if case .setEndpoint = $0 { true } else { false } }
        guard !changes.isEmpty else { return }
        await attempting("updating the DNS records of \(id.short)") { try await parts.dataPlane.apply(changes) }
        await republishEndpoints(of: container)
      }
    }
  }
}
