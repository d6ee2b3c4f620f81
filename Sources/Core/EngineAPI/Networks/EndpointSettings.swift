package import JSON

extension Wire {
  /// `EndpointSettings`: an endpoint, in requests and in answers.
  package struct EndpointSettings: Codable, Sendable, Hashable {
    @Nullable package var IPAMConfig: EndpointIPAMConfig?
    @Nullable package var Links: [String]?
    @Nullable package var Aliases: [String]?
    package var MacAddress = ""
    @Nullable package var DriverOpts: [String: String]?
    package var GwPriority = 0
    package var NetworkID = ""
    package var EndpointID = ""
    package var Gateway = ""
    package var IPAddress = ""
    package var IPPrefixLen = 0
    package var IPv6Gateway = ""
    package var GlobalIPv6Address = ""
    package var GlobalIPv6PrefixLen = 0
    @Nullable package var DNSNames: [String]?

    package init() {}
  }

  package struct EndpointIPAMConfig: Codable, Sendable, Hashable {
    package var IPv4Address: String?
    package var IPv6Address: String?
    package var LinkLocalIPs: [String]?
    package init() {}
  }
}
