public import Addressing

/// A port binding as asked for (`PortBinding` in the Docker API): where on the host a container's port shall answer.
public struct PortBinding: Sendable, Hashable, Codable {
  /// `nil`: every address of the host, of both families.
  public var hostAddress: IPAddress?
  /// `nil`: the engine chooses one; a range: the first free one of it.
  public var hostPorts: PortRange?

  public init(hostAddress: IPAddress? = nil, hostPorts: PortRange? = nil) {
    self.hostAddress = hostAddress
    self.hostPorts = hostPorts
  }
}

/// A port that is published: one host address and port, given to one container port.
public struct PortPublication: Sendable, Hashable, Codable, Comparable {
  public let containerPort: TransportPort
  /// An address of the host; the unspecified address of a family stands for all of that family.
  public let hostAddress: IPAddress
  /// 0 where the network is reached without translation: the port then answers at the container's own address, and
  /// takes none of the host's.
  public let hostPort: UInt16

  public init(containerPort: TransportPort, hostAddress: IPAddress, hostPort: UInt16) {
    self.containerPort = containerPort
    self.hostAddress = hostAddress
    self.hostPort = hostPort
  }

  /// Whether a port of the host is taken for it.
  public var takesHostPort: Bool { hostPort != 0 }

  public static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.containerPort, lhs.hostAddress, lhs.hostPort) < (rhs.containerPort, rhs.hostAddress, rhs.hostPort)
  }
}

// A record may have thousands of these and is written several times in a container's life: one text each, not an object.

extension PortBinding {
  private enum CodingKeys: String, CodingKey { case hostAddress, hostPorts }

  /// Also reads the objects of older engines.
  public init(from decoder: any Decoder) throws {
    guard let text = try? decoder.singleValueContainer().decode(String.self) else {
      let object = try decoder.container(keyedBy: CodingKeys.self)
      hostAddress = try object.decodeIfPresent(IPAddress.self, forKey: .hostAddress)
      hostPorts = try object.decodeIfPresent(PortRange.self, forKey: .hostPorts)
      return
    }
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 2 else { throw Self.malformed(text, decoder) }
    hostAddress = IPAddress(String(words[0]))
    hostPorts = PortRange(words[1])
    guard (hostAddress == nil) == words[0].isEmpty, (hostPorts == nil) == words[1].isEmpty else {
      throw Self.malformed(text, decoder)
    }
  }

  private static func malformed(_ text: String, _ decoder: any Decoder) -> DecodingError {
    .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "invalid port binding: \(text)"))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("\(hostAddress?.description ?? "") \(hostPorts?.description ?? "")")
  }
}

extension PortPublication {
  private enum CodingKeys: String, CodingKey { case containerPort, hostAddress, hostPort }

  /// Also reads the objects of older engines.
  public init(from decoder: any Decoder) throws {
    guard let text = try? decoder.singleValueContainer().decode(String.self) else {
      let object = try decoder.container(keyedBy: CodingKeys.self)
      containerPort = try object.decode(TransportPort.self, forKey: .containerPort)
      hostAddress = try object.decode(IPAddress.self, forKey: .hostAddress)
      hostPort = try object.decode(UInt16.self, forKey: .hostPort)
      return
    }
    let words = text.split(separator: " ").map(String.init)
    guard words.count == 3, let address = IPAddress(words[0]), let port = UInt16(words[1]),
      let target = TransportPort(words[2])
    else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "invalid publication: \(text)"))
    }
    (hostAddress, hostPort, containerPort) = (address, port, target)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("\(hostAddress) \(hostPort) \(containerPort)")
  }
}
