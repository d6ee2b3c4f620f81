import Addressing
import EngineModel
import NetworkPlan

/// Says why a rule drops the packet, and what the user can do.
extension PathWalk {
  /// The engine's rules that can drop a first packet, by their text. A test fails if a rule is missing here.
  enum DropRule: String, CaseIterable {
    case leavesInternal = "iifname @internal_bridges drop"
    case entersInternal = "oifname @internal_bridges drop"
    case loopback = "ip daddr 127.0.0.0/8 drop"
    case loopback6 = "ip6 daddr ::1 drop"
    case fromLoopback = "ip saddr 127.0.0.0/8 drop"
    case fromLoopback6 = "ip6 saddr ::1 drop"
    case forgedSubnet4 = "ip saddr @container_subnets4 fib saddr . iif oif missing drop"
    case forgedSubnet6 = "ip6 saddr @container_subnets6 fib saddr . iif oif missing drop"
    case leavesMember = "iifname @member_bridges drop"
    case entersMember = "oifname @member_bridges drop"
    case forgedHardware = "iifname . ether saddr != @port_macs drop"
    case forged4 = "iifname . ip saddr != @port_addresses4 drop"
    /// The last rule of several chains. It drops every packet that no earlier rule accepts.
    case last = "drop"
    case notRouter = "meta nfproto vmap @forwarding_policy"
    case leases4 = "udp sport 67 udp dport 68 drop"
    case leases6 = "udp sport 547 udp dport 546 drop"
    case tunnel4 = "udp dport @tunnel_ports ip daddr @tunnel_peers4 drop"
    case tunnel6 = "udp dport @tunnel_ports ip6 daddr @tunnel_peers6 drop"
    case foreignContainer = "oifname @other_engines drop"
    case invalid = "ct state invalid drop"
    case advice6 = "icmpv6 type { nd-router-advert, nd-redirect } drop"
    case neighbour6 = "icmpv6 type nd-neighbor-advert iifname . @th,64,128 != @port_targets6 drop"
    case forgedARP = "iifname . arp saddr ether != @port_macs drop"
  }

  mutating func explainDrop(of packet: Packet, by rule: RuleName, in who: String) -> Stop {
    if who != "this host" {
      advise("look at that chain, inside the container", "causeway exec \(who) nft -a list chain \(rule.chain)")
      return fail(
        "a firewall inside \(who) drops the packet", rule.fullText, because: "a firewall inside \(who) drops the packet"
      )
    }
    let isOurs = rule.chain.hasPrefix("inet causeway ") || rule.chain.hasPrefix("bridge causeway ")
    guard isOurs, let dropRule = DropRule(rawValue: rule.text) else { return explainForeignDrop(rule, packet) }
    let source = packet.input.flatMap { facts.network(ofBridge: $0) }
    let target = packet.output.flatMap { facts.network(ofBridge: $0) }
    let receiver = facts.attachments(with: packet.destination).first
    switch dropRule {
    case .leavesInternal:
      if let receiver, receiver.network.id != source?.id {
        adviseOriginJoining(receiver.network)
      } else {
        adviseOriginExternalConnectivity()
      }
      let network = source?.title ?? "the network"
      return fail("\(network) is internal: nothing can leave it", rule.fullText, because: "\(network) is internal")
    case .entersInternal:
      if let target { adviseOriginJoining(target) }
      if let receiver, source == nil {
        advise(
          "connect it to a network with external connectivity as well, and publish its port there",
          facts.commandToConnectOutside(receiver.container))
      }
      let network = target?.title ?? "the network"
      return fail("\(network) is internal: nothing can enter it", rule.fullText, because: "\(network) is internal")
    case .last where Self.isolationChains.contains(rule.chain):
      return explainIsolation(rule, packet, source, target, receiver)
    case .last where rule.chain.hasSuffix("no_icc_ports"):
      let network = receiver?.network
      advise("connect both to a network that allows traffic between containers", "causeway network create NAME")
      if network?.isDefaultBridge == true, let receiver {
        advise(
          "or recreate the client with a link, which opens the exposed ports of the other container",
          "causeway run --link \(facts.name(receiver.container)) …")
      }
      return fail(
        "containers of \(network?.title ?? "the network") cannot communicate",
        "enable_icc=false; \(rule.fullText)")
    case .last where rule.chain.hasSuffix(" tunnel"):
      return fail(
        "that is the port at which the hosts of the cluster exchange frames: no other sender is accepted",
        rule.fullText, because: "it is the cluster's port")
    case .forged4, .forgedHardware, .last, .forgedARP, .neighbour6:
      return fail(
        "\(packet.source) is not an address of \(originName): the engine drops its packets as forged", rule.fullText,
        because: "its packets are dropped as forged")
    case .tunnel4, .tunnel6:
      return fail(
        "that is the port at which the hosts of the cluster exchange frames: no container may send there",
        rule.fullText, because: "it is the cluster's port")
    case .foreignContainer:
      return fail(
        "it is a container of another engine, which does not publish that port", rule.fullText,
        because: "containers of another engine are reachable by their published ports only")
    case .loopback, .loopback6:
      return fail(
        "only this host itself reaches its loopback address", rule.fullText,
        because: "a loopback address is not reachable from elsewhere")
    case .forgedSubnet4, .forgedSubnet6, .fromLoopback, .fromLoopback6, .leavesMember, .entersMember, .notRouter,
      .leases4, .leases6, .invalid, .advice6:
      return fail("a rule of the engine does not let it pass", rule.fullText)
    }
  }

  /// The chains whose last rule isolates networks from each other and from outside.
  private static let isolationChains = Set(
    ["incoming", "between_containers", "replies"].map { "inet causeway \($0)" })

  private mutating func explainIsolation(
    _ rule: RuleName, _ packet: Packet, _ source: Network?, _ target: Network?, _ receiver: PathFacts.Attachment?
  ) -> Stop {
    if let source, let target {
      adviseOriginJoining(target)
      return fail(
        "\(source.title) and \(target.title) are isolated from each other", rule.fullText,
        because: "their networks are isolated from each other")
    }
    if let receiver, let port = request.transportPort {
      advisePublishing(receiver.container, port)
    }
    let name = receiver.map { facts.name($0.container) } ?? "\(packet.destination)"
    guard let port = request.transportPort else {
      return fail("\(name) cannot be reached from outside at its own address", rule.fullText)
    }
    let isPublished = receiver.map { receiver in
      facts.containers[receiver.container]?.publications.contains { $0.containerPort == port && $0.usesHostPort }
        ?? false
    }
    guard isPublished == true else { return fail("port \(port) of \(name) is not published", rule.fullText) }
    return fail(
      "port \(port) of \(name) is published on this host's addresses, not at the container's own address",
      rule.fullText,
      because: "it is published on this host's addresses only")
  }

  /// Advises how to publish a container's port.
  mutating func advisePublishing(_ id: ContainerID, _ port: TransportPort) {
    let name = facts.name(id)
    if let known = facts.containers[id]?.publications.first(where: { $0.containerPort == port && $0.usesHostPort }) {
      advise(
        "use the port of this host",
        explainCommand(to: "host", port: TransportPort(known.hostPort, port.transport)))
      return
    }
    let outer = port.number < 1024 ? 8000 + port.number : port.number
    advise(
      "recreate \(name) with its port published",
      "causeway run --name \(name) -p \(outer):\(port.shortText) …")
  }

  private mutating func adviseOriginJoining(_ network: Network) {
    if case .container(let id) = request.origin,
      case .sandbox(let owner)? = facts.containers[id].flatMap(facts.networkLocation)
    {
      adviseJoining(owner, network)
    }
  }

  private mutating func adviseOriginExternalConnectivity() {
    if case .container(let id) = request.origin { adviseExternalConnectivity(id) }
  }

  /// Rules of other programs and of the administrator.
  private mutating func explainForeignDrop(_ rule: RuleName, _ packet: Packet) -> Stop {
    let words = rule.chain.split(separator: " ")
    if rule.chain.hasPrefix("inet causeway_users ") {
      advise("look at your own rules", "nft -a list chain \(rule.chain)")
      return fail(
        "a rule of this host's administrator drops the packet", rule.fullText,
        because: "the administrator's rule drops it")
    }
    let chain = rule.chain
    let bridges = [("iifname", packet.input), ("oifname", packet.output)].filter { _, link in
      link.map { facts.network(ofBridge: $0) != nil } ?? false
    }
    if words.count == 3, rule.text == "policy drop", !bridges.isEmpty {
      for link in Set(bridges.compactMap(\.1)).sorted() {
        let network = facts.network(ofBridge: link)?.title ?? "\(link)"
        advise("accept packets from \(network)", "nft insert rule \(chain) iifname \"\(link)\" accept")
        advise("and packets to it", "nft insert rule \(chain) oifname \"\(link)\" accept")
      }
    } else {
      advise("look at that chain", "nft -a list chain \(chain)")
    }
    return fail(
      "another firewall of this host drops the packet", "\(chain): \(rule.text)",
      because: "\(chain) drops it")
  }
}
