package import Addressing

/// What a network plugin created for an endpoint. Empty while the plugin has not answered yet.
package struct PluginEndpoint: Sendable, Hashable {
  /// A route that the plugin requests in the container.
  package struct Route: Sendable, Hashable {
    package let destination: IPPrefix
    /// `nil`: the destination is on the link itself.
    package let nextHop: IPAddress?

    package init(destination: IPPrefix, nextHop: IPAddress?) {
      self.destination = destination
      self.nextHop = nextHop
    }
  }

  /// The link that the plugin created on the host; `nil`: the container gets no link.
  package var link: InterfaceName?
  package var routes: [Route] = []
  /// Whether the plugin has answered `Join`.
  package var isJoined = false
  /// Whether the plugin publishes the container's ports, or is being asked to.
  package var publishes = false
  /// Whether the plugin refuses the gateway network (`DisableGatewayService`); `nil`, as in older records: it does not.
  package var refusesGateway: Bool?

  package init() {}
}
