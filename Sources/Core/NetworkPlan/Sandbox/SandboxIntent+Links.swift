package import Addressing
import Nftables

/// What a container link permits on a network without ICC: packets from one container to ports of another, and the
/// answers.
package struct LinkedPorts: Sendable, Hashable {
  /// The address of the container that has the container link.
  package let source: IPAddress
  /// The address of the linked container, of the same family.
  package let target: IPAddress
  package let ports: Set<TransportPort>

  package init(from source: IPAddress, to target: IPAddress, ports: Set<TransportPort>) {
    self.source = source
    self.target = target
    self.ports = ports
  }
}

extension SandboxIntent {
  func addLink(_ link: LinkedPorts, to state: inout KernelState) {
    let four = link.source.family == .ipv4
    for pair in [[link.source, link.target], [link.target, link.source]] {
      state.addElement(
        Element(pair.map(\.description)),
        to: HostFirewall.set(four ? HostFirewall.linkedPairs4 : HostFirewall.linkedPairs6))
    }
    for port in link.ports {
      let element = Element(
        ["\(link.source)", "\(link.target)", port.transport.rawValue, "\(port.number)"])
      state.addElement(
        element, to: HostFirewall.set(four ? HostFirewall.bridgedLinkPorts4 : HostFirewall.bridgedLinkPorts6))
      state.addElement(element, to: HostFirewall.set(four ? HostFirewall.linkPorts4 : HostFirewall.linkPorts6))
    }
  }
}
