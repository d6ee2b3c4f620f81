public import Addressing
import EngineModel
import Nftables

/// A published port that the kernel cannot translate, so the data plane carries its connections.
public struct PortRelay: Sendable, Hashable, Codable {
  public let listen: IPAddress
  public let port: UInt16
  public let transport: TransportProtocol
  public let target: IPAddress
  public let targetPort: UInt16

  public init(
    listen: IPAddress, port: UInt16, transport: TransportProtocol, target: IPAddress, targetPort: UInt16
  ) {
    self.listen = listen
    self.port = port
    self.transport = transport
    self.target = target
    self.targetPort = targetPort
  }
}

extension SandboxIntent {
  /// The container's address at which ports of a family are published, with the mode its network is reached in.
  private func target(_ family: AddressFamily) -> (address: IPAddress, options: BridgeOptions)? {
    guard let intent = gateway(family), intent.network.driver == .bridge,
      let options = try? BridgeOptions(intent.network)
    else { return nil }
    let address = family == .ipv4 ? intent.endpoint.ipv4?.address : intent.endpoint.ipv6?.address
    return address.map { ($0, options) }
  }

  /// The families in which ports of the container are reached at its own address. One in which it has no address goes by
  /// the other.
  public var routedFamilies: Set<AddressFamily> {
    Set(
      AddressFamily.allCases.filter { family in
        guard let target = target(family) ?? target(family == .ipv4 ? .ipv6 : .ipv4) else { return false }
        return target.options.gatewayMode(target.address.family) == .routed
      })
  }

  /// Publications that need the data plane: the host's `::1`, which the kernel will not route to a container, and IPv6
  /// addresses of the host for a container that has IPv4 only.
  public var relays: [PortRelay] {
    publications.compactMap { publication in
      guard publication.takesHostPort, publication.hostAddress.family == .ipv6,
        publication.containerPort.transport != .sctp
      else { return nil }
      let six = target(.ipv6)
      // Where the container has an address of the family only `::1` is left to relay.
      let listen: IPAddress? =
        if six == nil {
          publication.hostAddress
        } else if publication.hostAddress.isUnspecified || publication.hostAddress.isLoopback {
          .v6(.loopback)
        } else {
          nil
        }
      guard let listen, let target = six ?? target(.ipv4),
        target.options.gatewayMode(target.address.family) != .routed
      else { return nil }
      return PortRelay(
        listen: listen, port: publication.hostPort, transport: publication.containerPort.transport,
        target: target.address, targetPort: publication.containerPort.number)
    }
  }

  func addPublication(_ publication: PortPublication, to state: inout KernelState) {
    let family = publication.hostAddress.family
    guard let target = target(family) else { return }
    let port = publication.containerPort
    let four = family == .ipv4
    guard target.options.gatewayMode(family) != .routed else {
      state.addElement(
        Element(["\(target.address)", port.transport.rawValue, "\(port.number)"]),
        to: HostFirewall.set(four ? HostFirewall.routedPorts4 : HostFirewall.routedPorts6))
      return
    }
    for interface in target.options.trustedInterfaces {
      state.addElement(
        Element(["\"\(interface)\"", "\(target.address)", port.transport.rawValue, "\(port.number)"]),
        to: HostFirewall.set(four ? HostFirewall.direct4 : HostFirewall.direct6))
    }
    let destination = ["\(target.address)", "\(port.number)"]
    let key = [port.transport.rawValue, "\(publication.hostPort)"]
    if publication.hostAddress.isUnspecified {
      state.addElement(
        Element(key, value: destination),
        to: HostFirewall.set(four ? HostFirewall.published4Anywhere : HostFirewall.published6Anywhere))
    } else {
      state.addElement(
        Element(["\(publication.hostAddress)"] + key, value: destination),
        to: HostFirewall.set(four ? HostFirewall.published4 : HostFirewall.published6))
    }
    state.addElement(
      Element(["\(target.address)", "\(target.address)"]),
      to: HostFirewall.set(four ? HostFirewall.hairpin4 : HostFirewall.hairpin6))
  }
}
