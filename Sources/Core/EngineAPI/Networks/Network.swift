package import JSON

extension Wire {
  /// `Network`: a network and its endpoints.
  package struct Network: Codable, Sendable, Hashable {
    package var Name = ""
    package var Id = ""
    package var Created = ""
    package var Scope = ""
    package var Driver = ""
    package var EnableIPv4 = true
    package var EnableIPv6 = false
    package var IPAM = Wire.IPAM()
    package var Internal = false
    package var Attachable = false
    package var Ingress = false
    package var ConfigFrom = ConfigReference()
    package var ConfigOnly = false
    package var Containers: [String: NetworkContainer] = [:]
    package var Options: [String: String] = [:]
    package var Labels: [String: String] = [:]
    /// Only in the answer of inspect, since version 1.52.
    package var Status: NetworkStatus?
    /// The nodes that have containers on an overlay network.
    package var Peers: [NetworkPeer]?
    /// What foreign tables on this host may do to the network's traffic; absent when there is nothing. Not part of
    /// Docker's API.
    package var Warnings: [String]?

    package init() {}
  }

  /// `NetworkStatus`.
  package struct NetworkStatus: Codable, Sendable, Hashable {
    package var IPAM = IPAMStatus()
    package init() {}
  }

  /// `IPAMStatus`: the use of each subnet.
  package struct IPAMStatus: Codable, Sendable, Hashable {
    package var Subnets: [String: SubnetStatus] = [:]
    package init() {}
  }

  /// `SubnetStatus`: numbers of addresses. They stop at 2^64 - 1.
  package struct SubnetStatus: Codable, Sendable, Hashable {
    /// Leased addresses, and those that are never leased: the network's, the broadcast and the gateway's address.
    package var IPsInUse: UInt64 = 0
    /// Free addresses in the range from which the engine chooses.
    package var DynamicIPsAvailable: UInt64 = 0
    package init() {}
  }

  package struct NetworkPeer: Codable, Sendable, Hashable {
    package var Name = ""
    package var IP = ""
    package init() {}
  }

  package struct NetworkContainer: Codable, Sendable, Hashable {
    package var Name = ""
    package var EndpointID = ""
    package var MacAddress = ""
    /// With the prefix length; empty when there is no address.
    package var IPv4Address = ""
    package var IPv6Address = ""
    package init() {}
  }

  package struct IPAM: Codable, Sendable, Hashable {
    package var Driver = ""
    @Nullable package var Options: [String: String]?
    package var Config: [IPAMConfig] = []
    package init() {}
  }

  package struct IPAMConfig: Codable, Sendable, Hashable {
    package var Subnet: String?
    package var IPRange: String?
    package var Gateway: String?
    package var AuxiliaryAddresses: [String: String]?
    package init() {}
  }

  package struct ConfigReference: Codable, Sendable, Hashable {
    package var Network = ""
    package init() {}
  }

  /// The body of `POST /networks/create`.
  package struct NetworkCreateBody: Codable, Sendable, Hashable {
    package var Name = ""
    /// Ignored, because names are always unique. Clients before 1.44 send it.
    package var CheckDuplicate: Bool?
    package var Driver = ""
    package var Scope = ""
    package var EnableIPv4: Bool?
    package var EnableIPv6: Bool?
    package var IPAM: Wire.IPAM?
    package var Internal = false
    package var Attachable = false
    package var Ingress = false
    package var ConfigOnly = false
    package var ConfigFrom: ConfigReference?
    @Nullable package var Options: [String: String]?
    @Nullable package var Labels: [String: String]?

    package init() {}
  }

  package struct NetworkCreateResponse: Codable, Sendable, Hashable {
    package var Id: String
    package var Warning: String
    package init(Id: String, Warning: String = "") {
      self.Id = Id
      self.Warning = Warning
    }
  }

  /// The body of `POST /networks/{id}/connect`.
  package struct NetworkConnectBody: Codable, Sendable, Hashable {
    package var Container = ""
    package var EndpointConfig: EndpointSettings?
    package init() {}
  }

  /// The body of `POST /networks/{id}/disconnect`.
  package struct NetworkDisconnectBody: Codable, Sendable, Hashable {
    package var Container = ""
    package var Force = false
    package init() {}
  }

  package struct NetworksPruned: Codable, Sendable, Hashable {
    @Nullable package var NetworksDeleted: [String]?
    package init() {}
  }
}
