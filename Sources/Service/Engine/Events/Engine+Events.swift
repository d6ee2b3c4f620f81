package import EngineModel
import Kernel

extension Engine {
  /// The recorded events since a time, followed by new ones until a time or without end.
  ///
  /// Filters: `type`, `event`, `container`, `image`, `network`, `volume`, `daemon`, `label`, `scope`.
  package func events(since: Timestamp? = nil, until: Timestamp? = nil, filters: Filters = Filters()) throws
    -> AsyncStream<EngineEvent>
  {
    try filters.check(allowed: EventLog.keys)
    let (stream, listener) = AsyncStream.makeStream(of: EngineEvent.self, bufferingPolicy: .bufferingNewest(4096))
    if since != nil || until != nil {
      for event in eventLog.since(since ?? Timestamp(nanoseconds: 0), until: until, filters) { listener.yield(event) }
    }
    let now = Timestamp.now
    if let until, until <= now {
      listener.finish()
      return stream
    }
    let number = eventLog.listen(filters, listener)
    listener.onTermination = { _ in Task { await self.stopListening(number) } }
    if let until {
      Task {
        try? await Task.sleep(for: .nanoseconds(until.nanoseconds - now.nanoseconds))
        self.stopListening(number)
      }
    }
    return stream
  }

  private func stopListening(_ number: UInt64) { eventLog.removeListener(number) }

  func emit(_ kind: EngineEvent.Kind, _ action: String, _ actorID: String, _ attributes: [String: String] = [:]) {
    eventLog.append(
      EngineEvent(kind: kind, action: action, actorID: actorID, attributes: attributes, time: .now))
  }

  /// A container's event carries its labels, its image and its name.
  func emit(_ action: String, _ container: Container, _ more: [String: String] = [:]) {
    var attributes = container.configuration.labels
    attributes["image"] = container.configuration.image
    attributes["name"] = container.name
    attributes.merge(more) { $1 }
    emit(.container, action, container.id.rawValue, attributes)
  }

  /// Emits the mount events of a container's volumes before it runs.
  func emitMounts(of container: Container) {
    for mount in container.mounts where mount.kind == .volume {
      emit(
        .volume, "mount", mount.name ?? "",
        [
          "container": container.id.rawValue, "destination": mount.destination, "driver": mount.driver ?? "local",
          "propagation": mount.propagation, "read/write": "\(mount.isWritable)",
        ])
    }
  }

  func emitUnmounts(of container: Container) {
    for mount in container.mounts where mount.kind == .volume {
      emit(
        .volume, "unmount", mount.name ?? "",
        ["container": container.id.rawValue, "driver": mount.driver ?? "local"])
    }
  }

  func emit(_ action: String, _ network: Network, _ container: ContainerID? = nil) {
    var attributes = ["name": network.name, "type": network.driver.rawValue]
    if let container { attributes["container"] = container.rawValue }
    emit(.network, action, network.id.rawValue, attributes)
  }
}
