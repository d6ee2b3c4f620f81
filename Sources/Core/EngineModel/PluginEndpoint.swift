public import Addressing

/// What a network plugin created for an endpoint. Empty while the plugin has not answered yet.
public struct PluginEndpoint: Sendable, Hashable {
  /// A route that the plugin requests in the container.
  public struct Route: Sendable, Hashable {
    public let destination: IPPrefix
    /// `nil`: the destination is on the link itself.
    public let nextHop: IPAddress?

    public init(destination: IPPrefix, nextHop: IPAddress?) {
      self.destination = destination
      self.nextHop = nextHop
    }
  }

  /// The link that the plugin created on the host; `nil`: the container gets no link.
  public var link: InterfaceName?
  public var routes: [Route] = []
  /// Whether the plugin has answered `Join`.
  public var isJoined = false
  /// Whether the plugin publishes the container's ports, or is being asked to.
  public var publishes = false
  /// Whether the plugin refuses the gateway network (`DisableGatewayService`); `nil`, as in older records: it does not.
  public var refusesGateway: Bool?

  public init() {}
}
