package import JSON
package import Addressing
package import EngineModel

/// The answers of a network plugin, with the protocol's field names. Absent fields are zero.
package enum NetworkDriverAnswers {
  package struct Capabilities: Decodable, Sendable, Hashable {
    let Scope: String
    let ConnectivityScope: String

    /// - Throws: for an unknown scope.
    package func scope() throws(Unusable) -> NetworkScope {
      switch Scope {
      case "", "local": return .local
      case "global": return .global
      default: throw Unusable("invalid capability: expecting 'local' or 'global', got \(Scope.prefix(64))")
      }
    }

    /// Whether the driver asks for notifications about nodes of a cluster.
    package var isGlobal: Bool { Scope == "global" || ConnectivityScope == "global" }

    /// For a plugin that does not implement the call.
    package static let none = Capabilities(Scope: "", ConnectivityScope: "")
  }

  package struct Allocation: Decodable, Sendable, Hashable {
    package let Options: [String: String]
  }

  package struct CreatedEndpoint: Decodable, Sendable, Hashable {
    struct Addresses: Decodable, Sendable, Hashable {
      let Address: String
      let AddressIPv6: String
      let MacAddress: String
    }

    let Interface: Addresses

    /// Stores the plugin's choices in an endpoint.
    ///
    /// - Throws: when the plugin changes a given value, or answers with a malformed address.
    package func fill(_ endpoint: inout Endpoint) throws(Unusable) {
      endpoint.ipv4 = try chosen(Interface.Address, endpoint.ipv4, "address") {
        InterfaceAddress($0).flatMap { $0.family == .ipv4 ? $0 : nil }
      }
      endpoint.ipv6 = try chosen(Interface.AddressIPv6, endpoint.ipv6, "IPv6 address") {
        InterfaceAddress($0).flatMap { $0.family == .ipv6 ? $0 : nil }
      }
      endpoint.mac = try chosen(Interface.MacAddress, endpoint.mac, "hardware address") { MACAddress($0) }
    }

    private func chosen<Value: Equatable>(
      _ text: String, _ given: Value?, _ what: String, _ parse: (String) -> Value?
    ) throws(Unusable) -> Value? {
      guard !text.isEmpty else { return given }
      guard let value = parse(text) else { throw Unusable("\"\(text.prefix(64))\" is no \(what)") }
      guard given == nil || given == value else {
        throw Unusable("the \(what) \(text) in place of the one it was given")
      }
      return value
    }
  }

  package struct Joined: Decodable, Sendable, Hashable {
    struct Names: Decodable, Sendable, Hashable {
      let SrcName: String
      let DstPrefix: String
      let DstName: String
    }

    struct StaticRoute: Decodable, Sendable, Hashable {
      let Destination: String
      /// 0: through the next hop; 1: on the link itself.
      let RouteType: Int
      let NextHop: String
    }

    let InterfaceName: Names
    let Gateway: String
    let GatewayIPv6: String
    let StaticRoutes: [StaticRoute]
    package let DisableGatewayService: Bool

    /// The interface name in the container: a whole name, or a prefix to which the engine appends a number.
    package var nameInContainer: String? { InterfaceName.DstName.isEmpty ? nil : InterfaceName.DstName }
    package var prefixInContainer: String? { InterfaceName.DstPrefix.isEmpty ? nil : InterfaceName.DstPrefix }

    /// Stores what the plugin created in an endpoint.
    package func fill(_ endpoint: inout Endpoint) throws(Unusable) {
      var place = PluginEndpoint()
      if !InterfaceName.SrcName.isEmpty {
        guard let name = Addressing.InterfaceName(InterfaceName.SrcName), name.rawValue != "lo" else {
          throw Unusable("the interface name \"\(InterfaceName.SrcName.prefix(64))\"")
        }
        place.link = name
      }
      guard StaticRoutes.count <= 1024 else { throw Unusable("\(StaticRoutes.count) routes") }
      for route in StaticRoutes { place.routes.append(try Self.route(route)) }
      endpoint.gateway4 = try Self.address(Gateway)?.v4
      endpoint.gateway6 = try Self.address(GatewayIPv6)?.v6
      place.refusesGateway = DisableGatewayService
      endpoint.pluginEndpoint = place
    }

    private static func address(_ text: String) throws(Unusable) -> IPAddress? {
      guard !text.isEmpty else { return nil }
      guard let address = IPAddress(text) else { throw Unusable("\"\(text.prefix(64))\" is no gateway's address") }
      return address
    }

    private static func route(_ route: StaticRoute) throws(Unusable) -> PluginEndpoint.Route {
      guard let written = InterfaceAddress(route.Destination) else {
        throw Unusable("\"\(route.Destination.prefix(64))\" is no destination of a route")
      }
      switch route.RouteType {
      case 0:
        guard let hop = IPAddress(route.NextHop), hop.family == written.family else {
          throw Unusable("\"\(route.NextHop.prefix(64))\" is no next hop to \(written.network)")
        }
        return PluginEndpoint.Route(destination: written.network, nextHop: hop)
      case 1: return PluginEndpoint.Route(destination: written.network, nextHop: nil)
      default: throw Unusable("a route of type \(route.RouteType)")
      }
    }
  }

  /// The hardware address in the answer to `EndpointOperInfo`, whose other fields are free.
  package static func hardwareAddress(inInformation answer: JSONValue) -> MACAddress? {
    guard case .string(let text)? = answer["Value"]?["com.docker.network.endpoint.macaddress"] else { return nil }
    return MACAddress(text)
  }

  /// Why an answer is invalid.
  package struct Unusable: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
  }
}
