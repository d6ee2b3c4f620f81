internal import Addressing
internal import Engine
internal import EngineAPI
internal import EngineModel

extension Wire.ContainerSummary {
  init(_ view: ContainerView, now: Timestamp) {
    self.init()
    let container = view.container
    Id = container.id.rawValue
    Names = ([container.name] + view.linkNames).map { "/" + $0 }
    Image = container.configuration.image
    ImageID = container.imageID
    Command = container.arguments.enumerated().map { index, word in
      index > 0 && word.contains(" ") ? "'\(word)'" : word
    }.joined(separator: " ")
    Created = container.created.seconds
    Ports = Self.ports(container)
    SizeRw = view.writtenSize
    SizeRootFs = view.totalSize
    Labels = container.configuration.labels
    State = container.state.status.rawValue
    Status = ContainerStatus.text(container.state, now: now)
    HostConfig.NetworkMode = view.networkMode
    HostConfig.Annotations = container.host.annotations.isEmpty ? nil : container.host.annotations
    NetworkSettings.Networks = view.attachments
    Mounts = container.mounts.map(Wire.MountPoint.init)
  }

  /// Published ports, then ports that are only exposed.
  private static func ports(_ container: Container) -> [Wire.Port] {
    guard container.state.isRunning else { return [] }
    let published = Set(container.publications.map(\.containerPort))
    var ports = container.publications.sorted().map { publication in
      var port = Wire.Port()
      if publication.usesHostPort { port.IP = publication.hostAddress.description }
      port.PrivatePort = publication.containerPort.number
      port.PublicPort = publication.hostPort
      port.`Type` = publication.containerPort.transport.rawValue
      return port
    }
    for exposed in container.configuration.exposedPorts.sorted() where !published.contains(exposed) {
      var port = Wire.Port()
      port.PrivatePort = exposed.number
      port.`Type` = exposed.transport.rawValue
      ports.append(port)
    }
    return ports
  }
}
