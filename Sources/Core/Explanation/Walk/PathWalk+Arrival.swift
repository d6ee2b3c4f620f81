import Addressing
import EngineModel
import NetworkPlan

/// The packet's arrival: does a program receive it, and does the reply return?
extension PathWalk {
  /// - Parameters:
  ///   - link: the incoming link; `nil` if the packet never left the sandbox.
  ///   - answers: whether to check the path of the reply as well.
  mutating func enterSandbox(
    _ id: ContainerID, _ arriving: Packet, by link: InterfaceName?, answers: Bool
  ) throws(Stop) {
    let inside = try inside(id)
    let who = facts.name(id)
    var packet = arriving
    if let link, inside.links[link]?.isUp != true {
      throw fail("\(link) of \(who) is down", "inside the container", because: "\(link) of \(who) is down")
    }
    guard inside.holds(packet.destination) else {
      throw fail(
        "\(who) does not have the address \(packet.destination)", "the address is missing inside the container")
    }
    packet.input = link ?? InterfaceName("lo")
    try ask(inside.tables, "input", about: packet, of: who)
    packet.input = nil
    if let question = port(of: packet) {
      try findListener(question, at: packet.destination, in: inside, of: id)
    } else {
      pass("\(who) answers pings", "the kernel answers, whatever runs in it")
    }
    if facts.containers[id]?.state.status == .paused {
      guard request.question == .ping else {
        advise("unpause it", "causeway unpause \(who)")
        throw fail("\(who) is paused: no program in it answers", because: "\(who) is paused")
      }
      remark("\(who) is paused: it answers pings only")
    }
    switch facts.containers[id]?.state.health?.status {
    case .unhealthy?: remark("\(who) is unhealthy (health check)")
    case .starting?: remark("\(who) is starting (health check)")
    default: break
    }
    if answers, let link { try answer(from: id, inside, packet, by: link) }
  }

  private func port(of packet: Packet) -> TransportPort? {
    switch packet.question {
    case .tcp: TransportPort(packet.port, .tcp)
    case .udp: TransportPort(packet.port, .udp)
    case .ping: nil
    }
  }

  private mutating func findListener(
    _ port: TransportPort, at destination: IPAddress, in inside: NamespaceFacts, of id: ContainerID
  ) throws(Stop) {
    let who = facts.name(id)
    if let socket = inside.listens(at: destination, port) {
      pass("a program of \(who) listens on port \(port)", socket.text)
      return
    }
    throw noListener(port, at: destination, inside, who, containers: [id])
  }

  /// Why no program receives packets to a port.
  ///
  /// - Parameter containers: the containers whose published ports may be meant.
  mutating func noListener(
    _ port: TransportPort, at destination: IPAddress, _ inside: NamespaceFacts, _ who: String,
    containers: [ContainerID]
  ) -> Stop {
    let sockets = Set(inside.sockets).filter { !$0.isResolver }.sorted()
    let same = sockets.filter { $0.port == port }
    if !same.isEmpty {
      let places = same.map(\.text).joined(separator: ", ")
      if same.allSatisfy(\.address.isLoopback) {
        let bind = destination.family == .ipv4 ? "0.0.0.0" : "[::]"
        advise("have the program in \(who) listen on \(bind) instead of \(same[0].address)")
        return fail(
          "port \(port) of \(who) is reachable from \(who) itself only: the program listens on \(same[0].address)",
          places,
          because: "the program listens on \(same[0].address) only")
      }
      if same.allSatisfy({ $0.address.family != destination.family }) {
        advise("have the program in \(who) listen on \(destination.family.title), too")
        return fail(
          "the program on port \(port) of \(who) listens on \(same[0].address.family.title) only", places,
          because: "the program does not listen on \(destination.family.title)")
      }
      advise("have the program in \(who) listen on all addresses")
      return fail(
        "the program on port \(port) of \(who) listens on another address than \(destination)", places,
        because: "the program listens on another address")
    }
    if let other = sockets.first(where: { $0.port.number == port.number }) {
      advise("use \(other.port.transport)", explainCommand(port: other.port))
      return fail(
        "port \(port.number) of \(who) is open for \(other.port.transport), not for \(port.transport)", other.text,
        because: "it listens on \(other.port.transport) only")
    }
    for id in containers {
      guard let container = facts.containers[id] else { continue }
      // The host port, used on the container.
      guard
        let publication = container.publications.first(where: {
          $0.hostPort == port.number && $0.containerPort.transport == port.transport && $0.usesHostPort
        })
      else { continue }
      advise("between containers, use the container's own port", explainCommand(port: publication.containerPort))
      return fail(
        "nothing in \(who) listens on port \(port): that is the host port to which its \(publication.containerPort) is published",
        because: "\(port.number) is the host's port, the container's is \(publication.containerPort.number)")
    }
    let reachable = sockets.filter { !$0.address.isLoopback }
    let alike = reachable.filter { $0.port.transport == port.transport }
    let open = alike.isEmpty ? reachable : alike
    let list = Set(open.map(\.port)).sorted().prefix(6).map { "\($0)" }.joined(separator: ", ")
    if let only = Set(open.map(\.port)).first, Set(open.map(\.port)).count == 1 {
      advise("use the port that it listens on", explainCommand(port: only))
    } else if open.isEmpty {
      advise("check whether the program runs, and read its log", "causeway logs \(who)")
    }
    return fail(
      "nothing \(who == "this host" ? "on" : "in") \(who) listens on port \(port)",
      list.isEmpty ? "nothing listens there at all" : "it listens on \(list)",
      because: "nothing listens on port \(port)")
  }

  /// The same command for another port.
  func explainCommand(to: String? = nil, port: TransportPort) -> String {
    let name = to ?? asked
    return "causeway explain \(request.from) \(name.contains(":") ? "[\(name)]" : name):\(port.asked)"
  }

  // MARK: This host

  mutating func serveFromHost(_ packet: Packet) throws(Stop) {
    guard let port = port(of: packet) else {
      pass("this host answers pings", "\(packet.destination) is its own")
      return
    }
    if let (id, relay) = facts.relay(at: packet.destination, port) {
      pass(
        "a relay of the engine forwards it to port \(relay.targetPort) of \(facts.name(id))",
        "published; the kernel cannot translate \(packet.destination) to \(relay.target)")
      return try followRelay(relay)
    }
    // The engine's port reservations are sockets that never accept.
    if let holder = facts.publisher(of: port, at: packet.destination) {
      throw fail(
        "port \(port) of this host is published by \(holder.name), which has no \(packet.family.title)",
        places(of: holder.id), because: "\(holder.name) has no \(packet.family.title)")
    }
    if let socket = facts.host.listens(at: packet.destination, port) {
      pass("a program of this host listens on port \(port)", socket.text)
      return
    }
    throw notPublished(port, at: packet.destination)
  }

  /// The container's networks and addresses, for messages.
  func places(of id: ContainerID) -> String {
    let own = facts.attachments.filter { $0.container == id }
    let words = own.map { "\($0.network.name) \($0.endpoint.addresses.map { "\($0)" }.joined(separator: " "))" }
    return words.isEmpty ? "on no network" : "on " + words.sorted().joined(separator: ", ")
  }

  /// The relay connects to the container as a program of the host.
  private mutating func followRelay(_ relay: PortRelay) throws(Stop) {
    var second = PathWalk(
      facts,
      PathRequest(
        origin: .host, target: .address(relay.target), question: request.question, port: relay.targetPort,
        from: request.from, to: request.to), asker: asker, asked: asked)
    defer {
      steps += second.steps
      advice += second.advice
      unknowns += second.unknowns
    }
    try second.leaveFromHost(to: relay.target)
  }

  /// No program listens at the host port: checks how else it is published.
  private mutating func notPublished(_ port: TransportPort, at destination: IPAddress) -> Stop {
    let publications = facts.containers.values.flatMap { container in
      container.publications.map { (name: container.name, publication: $0) }
    }.sorted { ($0.name, $0.publication) < ($1.name, $1.publication) }
    let here = publications.filter {
      $0.publication.hostPort == port.number && $0.publication.usesHostPort
        && $0.publication.containerPort.transport == port.transport
    }
    if let found = here.first(where: { $0.publication.hostAddress.family == destination.family }) ?? here.first {
      let address = found.publication.hostAddress
      advise(
        "publish it without an address, or on \(destination)",
        "causeway run --name \(found.name) -p \(port.number):\(found.publication.containerPort.asked) …")
      return fail(
        "port \(port) of this host leads to \(found.name) on \(address) only, not on \(destination)",
        "published as \(address):\(port.number)", because: "the port is published on \(address) only")
    }
    if let found = publications.first(where: { $0.publication.hostPort == port.number && $0.publication.usesHostPort })
    {
      let other = found.publication.containerPort.transport
      return fail(
        "port \(port.number) of this host is published for \(other), not for \(port.transport)", "by \(found.name)",
        because: "it is published for \(other) only")
    }
    let starting = facts.containers.values.filter { !$0.isAttached }.sorted { $0.name < $1.name }.first { container in
      container.host.portBindings.contains { inner, bindings in
        inner.transport == port.transport
          && bindings.contains { $0.hostPorts?.ports.contains(port.number) == true }
      }
    }
    if let starting {
      advise("start it", "causeway start \(starting.name)")
      return fail(
        "port \(port) of this host belongs to \(starting.name), which is not running",
        because: "\(starting.name) is not running")
    }
    if let found = publications.first(where: { $0.publication.containerPort == port && $0.publication.usesHostPort }) {
      let outer = TransportPort(found.publication.hostPort, port.transport)
      advise(
        "use the port of this host",
        explainCommand(to: request.target == .host ? "host" : "\(destination)", port: outer))
    }
    return noListener(port, at: destination, facts.host, "this host", containers: [])
  }

  // MARK: The reply

  private mutating func answer(
    from id: ContainerID, _ inside: NamespaceFacts, _ packet: Packet, by link: InterfaceName
  ) throws(Stop) {
    let who = facts.name(id)
    let back = packet.answer
    switch inside.route(to: back.destination) {
    case .local, .multipath: return
    case .unreachable, .blackhole:
      throw fail(
        "\(who) has no route back to \(back.destination)", "the packet arrives, but there is no route for the reply",
        because: "\(who) has no route back")
    case .out(let other, let gateway, _):
      if let attachment = facts.attachment(of: id, by: other), attachment.network.isRoutedByHost {
        let frame = try frame(of: attachment, back)
        for table in facts.ports {
          guard case .drops(let rule) = table.evaluate("prerouting", "filter", on: frame).verdict else { continue }
          throw fail(
            "the reply of \(who) would leave through \(other), where \(back.source) is not its address",
            "\(attachment.network.title) drops it as forged: \(rule.fullText)",
            because: "the reply would take another path than the request")
        }
        if other == link, wasTranslated, !staysOnBridge, gateway == nil, !facts.host.holds(back.destination) {
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
    try passBack()
  }

  /// The reply passes the forward hooks of the request in reverse.
  private mutating func passBack() throws(Stop) {
    for evaluated in evaluatedHooks.reversed() where evaluated.hook == "forward" {
      var packet = evaluated.packet.answer
      (packet.input, packet.output) = (evaluated.packet.output, evaluated.packet.input)
      let isOnPorts = packet.input?.rawValue.hasPrefix(EndpointLink.prefix) == true
      for table in isOnPorts ? facts.ports : hostTables {
        guard case .drops(let rule) = table.evaluate("forward", "filter", on: packet).verdict else { continue }
        throw fail(
          "the reply is dropped", rule.fullText, because: "the reply is dropped by \(rule.chain)")
      }
    }
  }
}

extension NamespaceFacts.Socket {
  /// The engine's own resolver in a sandbox.
  var isResolver: Bool { port.number == SandboxFirewall.resolverPort && address.isLoopback }
}
