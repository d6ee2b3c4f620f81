package import EngineModel

/// A container as the database stores it.
package struct ContainerRecord: Codable, Hashable, Sendable {
  let id: ContainerID
  let name: String
  let created: Timestamp
  let configuration: ContainerConfigurationRecord
  let host: HostConfigurationRecord
  let imageID: String
  let arguments: [String]
  let state: ContainerStateRecord
  let endpoints: [EndpointRecord]
  let gatewayEndpoint: EndpointRecord?
  let unresolvedNetworks: [String: EndpointSettingsRecord]
  let publications: [PortPublicationRecord]
  let mounts: [MountPointRecord]

  private enum CodingKeys: String, CodingKey {
    case id
    case name
    case created
    case configuration
    case host
    case imageID
    case arguments
    case state
    case endpoints
    case gatewayEndpoint
    case unresolvedNetworks
    case publications
    case mounts
  }

  package init(_ model: Container) {
    id = model.id
    name = model.name
    created = model.created
    configuration = ContainerConfigurationRecord(model.configuration)
    host = HostConfigurationRecord(model.host)
    imageID = model.imageID
    arguments = model.arguments
    state = ContainerStateRecord(model.state)
    endpoints = model.endpoints.map(EndpointRecord.init)
    gatewayEndpoint = model.gatewayEndpoint.map(EndpointRecord.init)
    unresolvedNetworks = model.unresolvedNetworks.mapValues(EndpointSettingsRecord.init)
    publications = model.publications.map(PortPublicationRecord.init)
    mounts = model.mounts.map(MountPointRecord.init)
  }

  package var model: Container {
    var model = Container(
      id: id, name: name, created: created, configuration: configuration.model, host: host.model, imageID: imageID,
      arguments: arguments, state: state.model, endpoints: endpoints.map(\.model),
      publications: publications.map(\.model), mounts: mounts.map(\.model))
    model.gatewayEndpoint = gatewayEndpoint?.model
    model.unresolvedNetworks = unresolvedNetworks.mapValues(\.model)
    return model
  }
}
