import Addressing
package import EngineModel

/// An endpoint as a network plugin made it, as the container's record holds it.
package struct PluginEndpointRecord: Codable, Hashable, Sendable {
  let link: InterfaceName?
  let routes: [PluginRouteRecord]
  let isJoined: Bool
  let publishes: Bool
  let refusesGateway: Bool?

  private enum CodingKeys: String, CodingKey {
    case link
    case routes
    case isJoined
    case publishes
    case refusesGateway
  }

  package init(_ model: PluginEndpoint) {
    link = model.link
    routes = model.routes.map(PluginRouteRecord.init)
    isJoined = model.isJoined
    publishes = model.publishes
    refusesGateway = model.refusesGateway
  }

  package var model: PluginEndpoint {
    var model = PluginEndpoint()
    model.link = link
    model.routes = routes.map(\.model)
    model.isJoined = isJoined
    model.publishes = publishes
    model.refusesGateway = refusesGateway
    return model
  }
}

/// A route that a network plugin wants in the container.
package struct PluginRouteRecord: Codable, Hashable, Sendable {
  let destination: IPPrefix
  let nextHop: IPAddress?

  private enum CodingKeys: String, CodingKey {
    case destination
    case nextHop
  }

  package init(_ model: PluginEndpoint.Route) {
    destination = model.destination
    nextHop = model.nextHop
  }

  package var model: PluginEndpoint.Route {
    PluginEndpoint.Route(destination: destination, nextHop: nextHop)
  }
}
