package import Addressing
import EngineModel
import Nftables

/// A published port that no kernel rule can translate, so the data plane relays its connections.
package struct PortRelay: Sendable, Hashable {
  package let listen: IPAddress
  package let port: UInt16
  package let transport: TransportProtocol
  package let target: IPAddress
  package let targetPort: UInt16

  package init(
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
  /// The container's address for published ports of a family, with the options of its network.
  private func target(_ family: AddressFamily) -> (address: IPAddress, options: BridgeOptions)? {
    guard let intent = gateway(family), let options = intent.network.behavior.publicationOptions(of: intent.network)
    else { return nil }
    let address = family == .ipv4 ? intent.endpoint.ipv4?.address : intent.endpoint.ipv6?.address
    return address.map { ($0, options) }
  }

  /// The families in which ports of the container are reachable at its own address. For a family without an address the
  /// mode of the other one counts.
  package var routedFamilies: Set<AddressFamily> {
    Set(
      AddressFamily.allCases.filter { family in
        guard let target = target(family) ?? target(family == .ipv4 ? .ipv6 : .ipv4) else { return false }
        return target.options.gatewayMode(target.address.family) == .routed
      })
  }

  /// Publications that need a relay: on the host's `::1`, which the kernel does not route to a container, and on IPv6
  /// addresses of the host for a container without IPv6.
  package var relays: [PortRelay] {
    publications.compactMap { publication in
      guard publication.usesHostPort, publication.hostAddress.family == .ipv6,
        publication.containerPort.transport != .sctp
      else { return nil }
      let ipv6Target = target(.ipv6)
      // If the container has an IPv6 address, only `::1` needs a relay.
      let listen: IPAddress? =
        if ipv6Target == nil {
          publication.hostAddress
        } else if publication.hostAddress.isUnspecified || publication.hostAddress.isLoopback {
          .v6(.loopback)
        } else {
          nil
        }
      guard let listen, let target = ipv6Target ?? target(.ipv4),
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
    addLocalClients(of: target, to: &state)
    guard target.options.gatewayMode(family) != .routed else {
      state.addElement(
        Element(["\(target.address)", port.transport.rawValue, "\(port.number)"]),
        to: HostFirewall.set(four ? HostFirewall.routedPorts4 : HostFirewall.routedPorts6))
      return
    }
    for interface in target.options.trustedInterfaces {
      state.addElement(
        Element(["\"\(interface)\"", "\(target.address)", port.transport.rawValue, "\(port.number)"]),
        to: HostFirewall.set(four ? HostFirewall.directPorts4 : HostFirewall.directPorts6))
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

  /// Has the host masquerade clients on the container's other networks, and on its own one without ICC. The container
  /// would answer them on their common link, past the host, from an address that is not the one they asked.
  private func addLocalClients(of target: (address: IPAddress, options: BridgeOptions), to state: inout KernelState) {
    let four = target.address.family == .ipv4
    for intent in endpoints where intent.network.isRoutedByHost && !intent.network.isInternal {
      guard let options = try? BridgeOptions(intent.network),
        four == true ? intent.endpoint.ipv4 != nil : intent.endpoint.ipv6 != nil,
        options.bridgeName != target.options.bridgeName || !options.isICCEnabled
      else { continue }
      state.addElement(
        Element(["\"\(options.bridgeName)\"", "\(target.address)"]),
        to: HostFirewall.set(four ? HostFirewall.localClients4 : HostFirewall.localClients6))
    }
  }
}
