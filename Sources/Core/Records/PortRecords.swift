import Addressing
package import EngineModel

// A container may have thousands of bindings and publications and is written several times: each is one text, not an
// object. The first engines wrote objects; those are still read.

/// Where on the host a container's port shall answer, stored as `ADDRESS PORTS`; either part may be empty.
package struct PortBindingRecord: Codable, Hashable, Sendable {
  let hostAddress: IPAddress?
  let hostPorts: PortRange?

  private enum CodingKeys: String, CodingKey {
    case hostAddress
    case hostPorts
  }

  package init(_ model: PortBinding) {
    hostAddress = model.hostAddress
    hostPorts = model.hostPorts
  }

  package var model: PortBinding { PortBinding(hostAddress: hostAddress, hostPorts: hostPorts) }

  package init(from decoder: any Decoder) throws {
    guard let text = try? decoder.singleValueContainer().decode(String.self) else {
      let object = try decoder.container(keyedBy: CodingKeys.self)
      hostAddress = try object.decodeIfPresent(IPAddress.self, forKey: .hostAddress)
      hostPorts = try object.decodeIfPresent(PortRange.self, forKey: .hostPorts)
      return
    }
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw Self.malformed(text, decoder) }
    hostAddress = IPAddress(String(parts[0]))
    hostPorts = PortRange(parts[1])
    guard (hostAddress == nil) == parts[0].isEmpty, (hostPorts == nil) == parts[1].isEmpty else {
      throw Self.malformed(text, decoder)
    }
  }

  private static func malformed(_ text: String, _ decoder: any Decoder) -> DecodingError {
    .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "invalid port binding: \(text)"))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("\(hostAddress?.description ?? "") \(hostPorts?.description ?? "")")
  }
}

/// A published port, stored as `HOST-ADDRESS HOST-PORT CONTAINER-PORT/PROTOCOL`.
package struct PortPublicationRecord: Codable, Hashable, Sendable {
  let containerPort: TransportPort
  let hostAddress: IPAddress
  let hostPort: UInt16

  private enum CodingKeys: String, CodingKey {
    case containerPort
    case hostAddress
    case hostPort
  }

  package init(_ model: PortPublication) {
    containerPort = model.containerPort
    hostAddress = model.hostAddress
    hostPort = model.hostPort
  }

  package var model: PortPublication {
    PortPublication(containerPort: containerPort, hostAddress: hostAddress, hostPort: hostPort)
  }

  package init(from decoder: any Decoder) throws {
    guard let text = try? decoder.singleValueContainer().decode(String.self) else {
      let object = try decoder.container(keyedBy: CodingKeys.self)
      containerPort = try object.decode(TransportPort.self, forKey: .containerPort)
      hostAddress = try object.decode(IPAddress.self, forKey: .hostAddress)
      hostPort = try object.decode(UInt16.self, forKey: .hostPort)
      return
    }
    let parts = text.split(separator: " ").map(String.init)
    guard parts.count == 3, let address = IPAddress(parts[0]), let port = UInt16(parts[1]),
      let target = TransportPort(parts[2])
    else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "invalid publication: \(text)"))
    }
    (hostAddress, hostPort, containerPort) = (address, port, target)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("\(hostAddress) \(hostPort) \(containerPort)")
  }
}
