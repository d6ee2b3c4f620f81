public import JSON

extension Wire {
  /// `EndpointSettings`: an endpoint, in requests and in answers.
  public struct EndpointSettings: Codable, Sendable, Hashable {
    @Nullable public var IPAMConfig: EndpointIPAMConfig?
    @Nullable public var Links: [String]?
    @Nullable public var Aliases: [String]?
    public var MacAddress = ""
    @Nullable public var DriverOpts: [String: String]?
    public var GwPriority = 0
    public var NetworkID = ""
    public var EndpointID = ""
    public var Gateway = ""
    public var IPAddress = ""
    public var IPPrefixLen = 0
    public var IPv6Gateway = ""
    public var GlobalIPv6Address = ""
    public var GlobalIPv6PrefixLen = 0
    @Nullable public var DNSNames: [String]?

    public init() {}
  }

  public struct EndpointIPAMConfig: Codable, Sendable, Hashable {
    public var IPv4Address: String?
    public var IPv6Address: String?
    public var LinkLocalIPs: [String]?
    public init() {}
  }
}
