public import Addressing

/// An endpoint as a network plugin made it. Empty from the moment the plugin is asked until it has answered.
public struct PluginEndpoint: Sendable, Hashable {
  /// A route that the plugin wants in the container.
  public struct Route: Sendable, Hashable {
    public let destination: IPPrefix
    /// `nil`: the destination is on the link itself.
    public let nextHop: IPAddress?

    public init(destination: IPPrefix, nextHop: IPAddress?) {
      self.destination = destination
      self.nextHop = nextHop
    }
  }

  /// The link that the plugin made on the host, by its name there; `nil`: the container gets none.
  public var link: InterfaceName?
  public var routes: [Route] = []
  /// The plugin has said all of it.
  public var isJoined = false
  /// The plugin was, or is about to be, told to publish the container's ports.
  public var publishes = false
  /// The plugin wants no way out to be made beside its own network; `nil`, as in records of older engines: it does not
  /// mind.
  public var refusesGateway: Bool?

  public init() {}
}
