import Addressing
import EngineModel
import NetworkPlan

/// What it means that a rule drops the packet.
extension PathWalk {
  /// The rules of the engine that drop what could be a question; by their words, so that a test can say when one is new.
  enum Refusal: String, CaseIterable {
    case leavesInternal = "iifname @internal drop"
    case entersInternal = "oifname @internal drop"
    case isolated = "oifname @bridges drop"
    case loopback = "iifname @bridges ip daddr 127.0.0.0/8 drop"
    case forgedHardware = "iifname . ether saddr != @hardware drop"
    case forged4 = "iifname . ip saddr != @sources4 drop"
    /// The last rule of several chains: whoever is not let through before is dropped.
    case last = "drop"
    case notRouter = "meta nfproto vmap @unrelated"
    case leases4 = "udp sport 67 udp dport 68 drop"
    case leases6 = "udp sport 547 udp dport 546 drop"
    case tunnel4 = "iifname @bridges udp dport @tunnel_ports ip daddr @tunnel_peers4 drop"
    case tunnel6 = "iifname @bridges udp dport @tunnel_ports ip6 daddr @tunnel_peers6 drop"
    case othersContainer = "oifname @neighbours drop"
    case state = "ct state vmap { established : accept, related : accept, invalid : drop }"
    case advice6 = "icmpv6 type { nd-router-advert, nd-redirect } drop"
    case neighbour6 = "icmpv6 type nd-neighbor-advert iifname . @th,64,128 != @targets6 drop"
    case forgedARP = "iifname . arp saddr ether != @hardware drop"
  }

  mutating func refuse(_ rule: RuleName, _ packet: Packet, of who: String = "this host") -> Stop {
    if who != "this host" {
      advise("look at that chain, inside the container", "causeway exec \(who) nft -a list chain \(rule.chain)")
      return fail("a firewall inside \(who) drops it", rule.words, because: "a firewall inside \(who) drops it")
    }
    let isOurs = rule.chain.hasPrefix("inet causeway ") || rule.chain.hasPrefix("bridge causeway ")
    guard isOurs, let refusal = Refusal(rawValue: rule.text) else { return refuseByOthers(rule, packet) }
    let source = packet.input.flatMap { facts.network(ofBridge: $0) }
    let target = packet.output.flatMap { facts.network(ofBridge: $0) }
    let holder = facts.members(holding: packet.destination).first
    switch refusal {
    case .leavesInternal:
      if let holder, holder.network.id != source?.id { adviseAskerJoining(holder.network) } else { adviseAskerOut() }
      let network = source?.words ?? "the network"
      return fail("\(network) is internal: nothing leads out of it", rule.words, because: "\(network) is internal")
    case .entersInternal:
      if let target { adviseAskerJoining(target) }
      if let holder, source == nil {
        advise(
          "put it on a network that leads out, too, and publish its port there",
          facts.connectOutside(holder.container))
      }
      let network = target?.words ?? "the network"
      return fail("\(network) is internal: nothing leads into it", rule.words, because: "\(network) is internal")
    case .isolated: return refuseIsolated(rule, packet, source, target, holder)
    case .last where rule.chain.hasSuffix("no_icc_ports"):
      let network = holder?.network
      advise("put both on a network where containers may talk", "causeway network create NAME")
      if network?.isDefaultBridge == true, let holder {
        advise(
          "or make the asker anew with a link, which opens the ports that the other exposes",
          "causeway run --link \(facts.name(holder.container)) …")
      }
      return fail(
        "containers of \(network?.words ?? "the network") may not talk with each other",
        "enable_icc=false; \(rule.words)")
    case .last where rule.chain.hasSuffix(" tunnel"):
      return fail(
        "that is the port at which the hosts of the cluster carry frames to each other: nobody else speaks there",
        rule.words, because: "it is the cluster's own port")
    case .forged4, .forgedHardware, .last, .forgedARP, .neighbour6:
      return fail(
        "\(packet.source) is not an address that \(asker) was given: what it sends is taken for forged", rule.words,
        because: "its address is taken for forged")
    case .tunnel4, .tunnel6:
      return fail(
        "that is the port at which the hosts of the cluster carry frames to each other: no container speaks there",
        rule.words, because: "it is the cluster's own port")
    case .othersContainer:
      return fail(
        "it is a container of another engine, which does not publish that port", rule.words,
        because: "another engine's containers are reached by what it publishes only")
    case .loopback, .notRouter, .leases4, .leases6, .state, .advice6:
      return fail("a rule of the engine does not let it pass", rule.words)
    }
  }

  private mutating func refuseIsolated(
    _ rule: RuleName, _ packet: Packet, _ source: Network?, _ target: Network?, _ holder: PathFacts.Member?
  ) -> Stop {
    if let source, let target {
      adviseAskerJoining(target)
      return fail(
        "\(source.words) and \(target.words) are kept apart", rule.words, because: "their networks are kept apart")
    }
    if let holder, let port = request.transportPort {
      advisePublishing(holder.container, port)
    }
    let name = holder.map { facts.name($0.container) } ?? "\(packet.destination)"
    guard let port = request.transportPort else {
      return fail("\(name) is not reached from outside by its own address", rule.words)
    }
    let isPublished = holder.map { holder in
      facts.containers[holder.container]?.publications.contains { $0.containerPort == port && $0.takesHostPort }
        ?? false
    }
    guard isPublished == true else { return fail("port \(port) of \(name) is not published", rule.words) }
    return fail(
      "port \(port) of \(name) is published on this host's addresses, and not open at the container's own", rule.words,
      because: "it is published on this host's addresses only")
  }

  /// How a container's port is published.
  mutating func advisePublishing(_ id: ContainerID, _ port: TransportPort) {
    let name = facts.name(id)
    if let known = facts.containers[id]?.publications.first(where: { $0.containerPort == port && $0.takesHostPort }) {
      advise(
        "go by the port of this host",
        explainCommand(to: "host", port: TransportPort(known.hostPort, port.transport)))
      return
    }
    let outer = port.number < 1024 ? 8000 + port.number : port.number
    advise(
      "make \(name) anew with its port published",
      "causeway run --name \(name) -p \(outer):\(port.asked) …")
  }

  private mutating func adviseAskerJoining(_ network: Network) {
    if case .container(let id) = request.origin, case .sandbox(let owner)? = facts.containers[id].flatMap(facts.housing)
    {
      adviseJoining(owner, network)
    }
  }

  private mutating func adviseAskerOut() {
    if case .container(let id) = request.origin { adviseWayOut(id) }
  }

  /// Others' rules, the administrator's own among them.
  private mutating func refuseByOthers(_ rule: RuleName, _ packet: Packet) -> Stop {
    let words = rule.chain.split(separator: " ")
    if rule.chain.hasPrefix("inet causeway_users ") {
      advise("look at your own rules", "nft -a list chain \(rule.chain)")
      return fail(
        "a rule of this host's administrator drops it", rule.words, because: "the administrator's rule drops it")
    }
    let chain = rule.chain
    let bridges = [("iifname", packet.input), ("oifname", packet.output)].filter { _, link in
      link.map { facts.network(ofBridge: $0) != nil } ?? false
    }
    if words.count == 3, rule.text == "policy drop", !bridges.isEmpty {
      for link in Set(bridges.compactMap(\.1)).sorted() {
        let network = facts.network(ofBridge: link)?.words ?? "\(link)"
        advise("let pass what comes from \(network)", "nft insert rule \(chain) iifname \"\(link)\" accept")
        advise("and what goes to it", "nft insert rule \(chain) oifname \"\(link)\" accept")
      }
    } else {
      advise("look at that chain", "nft -a list chain \(chain)")
    }
    return fail(
      "another firewall of this host drops it, whatever the engine's rules say", "\(chain): \(rule.text)",
      because: "\(chain) drops it")
  }
}
