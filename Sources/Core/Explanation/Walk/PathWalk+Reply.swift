import Addressing
import EngineModel
import NetworkPlan

/// Follows the reply back to the origin.
extension PathWalk {
  /// Checks that the container's reply reaches the sender of the packet.
  ///
  /// - Parameters:
  ///   - packet: the packet that the container received.
  ///   - link: the link on which it arrived.
  mutating func checkReply(
    from id: ContainerID, _ inside: NamespaceFacts, _ packet: Packet, by link: InterfaceName
  ) throws(Stop) {
    let who = facts.name(id)
    let back = packet.reply
    switch inside.route(to: back.destination) {
    case .local, .multipath: return
    case .unreachable, .blackhole:
      throw fail(
        "\(who) has no route back to \(back.destination)", "the packet arrives, but there is no route for the reply",
        because: "\(who) has no route back")
    case .out(let other, let gateway, _):
      if let attachment = facts.attachment(of: id, by: other), attachment.network.isRoutedByHost {
        let frame = try frame(of: attachment, back)
        for table in facts.bridgeTables {
          guard case .drops(let rule) = table.evaluate("prerouting", "filter", on: frame).verdict else { continue }
          throw fail(
            "the reply of \(who) would leave through \(other), where \(back.source) is not its address",
            "\(attachment.network.title) drops it as forged: \(rule.fullText)",
            because: "the reply would take another path than the request")
        }
        if other == link, hasDestinationNAT, !staysOnBridge, gateway == nil, !facts.host.hasAddress(back.destination) {
          throw fail(
            "the reply of \(who) goes directly to \(back.destination), not back through this host",
            "the request went to an address of this host; a reply from another address is not accepted",
            because: "the reply does not take the path of the request")
        }
      }
      if other != link {
        noteUnknown(
          "the path of the reply", "the reply of \(who) leaves through \(other), the request came through \(link)")
      }
    }
    try checkForwardingOfReply()
  }

  /// Checks the forward hooks that the packet passed: the reply passes them in reverse order.
  private mutating func checkForwardingOfReply() throws(Stop) {
    for evaluated in evaluatedHooks.reversed() where evaluated.hook == "forward" {
      var packet = evaluated.packet.reply
      (packet.input, packet.output) = (evaluated.packet.output, evaluated.packet.input)
      let isOnPorts = packet.input?.rawValue.hasPrefix(EndpointLink.prefix) == true
      for table in isOnPorts ? facts.bridgeTables : hostTables {
        guard case .drops(let rule) = table.evaluate("forward", "filter", on: packet).verdict else { continue }
        throw fail(
          "the reply is dropped", rule.fullText, because: "the reply is dropped by \(rule.chain)")
      }
    }
  }
}
