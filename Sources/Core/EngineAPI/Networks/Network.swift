public import JSON

extension Wire {
  /// `Network`: a network and its endpoints.
  public struct Network: Codable, Sendable, Hashable {
    public var Name = ""
    public var Id = ""
    public var Created = ""
    public var Scope = ""
    public var Driver = ""
    public var EnableIPv4 = true
    public var EnableIPv6 = false
    public var IPAM = Wire.IPAM()
    public var Internal = false
    public var Attachable = false
    public var Ingress = false
    public var ConfigFrom = ConfigReference()
    public var ConfigOnly = false
    public var Containers: [String: NetworkContainer] = [:]
    public var Options: [String: String] = [:]
    public var Labels: [String: String] = [:]
    /// The nodes that have containers on an overlay network.
    public var Peers: [NetworkPeer]?
    /// What foreign tables on this host may do to the network's traffic; absent when there is nothing. Not part of
    /// Docker's API.
    public var Warnings: [String]?

    public init() {}
  }

  public struct NetworkPeer: Codable, Sendable, Hashable {
    public var Name = ""
    public var IP = ""
    public init() {}
  }

  public struct NetworkContainer: Codable, Sendable, Hashable {
    public var Name = ""
    public var EndpointID = ""
    public var MacAddress = ""
    /// With the prefix length; empty when there is no address.
    public var IPv4Address = ""
    public var IPv6Address = ""
    public init() {}
  }

  public struct IPAM: Codable, Sendable, Hashable {
    public var Driver = ""
    @Nullable public var Options: [String: String]?
    public var Config: [IPAMConfig] = []
    public init() {}
  }

  public struct IPAMConfig: Codable, Sendable, Hashable {
    public var Subnet: String?
    public var IPRange: String?
    public var Gateway: String?
    public var AuxiliaryAddresses: [String: String]?
    public init() {}
  }

  public struct ConfigReference: Codable, Sendable, Hashable {
    public var Network = ""
    public init() {}
  }

  /// The body of `POST /networks/create`.
  public struct NetworkCreateBody: Codable, Sendable, Hashable {
    public var Name = ""
    /// Ignored, because names are always unique. Clients before 1.44 send it.
    public var CheckDuplicate: Bool?
    public var Driver = ""
    public var Scope = ""
    public var EnableIPv4: Bool?
    public var EnableIPv6: Bool?
    public var IPAM: Wire.IPAM?
    public var Internal = false
    public var Attachable = false
    public var Ingress = false
    public var ConfigOnly = false
    public var ConfigFrom: ConfigReference?
    @Nullable public var Options: [String: String]?
    @Nullable public var Labels: [String: String]?

    public init() {}
  }

  public struct NetworkCreateResponse: Codable, Sendable, Hashable {
    public var Id: String
    public var Warning: String
    public init(Id: String, Warning: String = "") {
      self.Id = Id
      self.Warning = Warning
    }
  }

  /// The body of `POST /networks/{id}/connect`.
  public struct NetworkConnectBody: Codable, Sendable, Hashable {
    public var Container = ""
    public var EndpointConfig: EndpointSettings?
    public init() {}
  }

  /// The body of `POST /networks/{id}/disconnect`.
  public struct NetworkDisconnectBody: Codable, Sendable, Hashable {
    public var Container = ""
    public var Force = false
    public init() {}
  }

  public struct NetworksPruned: Codable, Sendable, Hashable {
    @Nullable public var NetworksDeleted: [String]?
    public init() {}
  }
}
