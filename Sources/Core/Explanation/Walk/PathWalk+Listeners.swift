import Addressing
import EngineModel
import NetworkPlan

/// Says why no program receives the packet.
extension PathWalk {
  /// Says why no program receives packets to a port.
  ///
  /// - Parameter containers: the user may mean a host port to which one of these containers publishes.
  mutating func explainMissingListener(
    _ port: TransportPort, at destination: IPAddress, _ inside: NamespaceFacts, _ who: String,
    containers: [ContainerID]
  ) -> Stop {
    let sockets = Set(inside.sockets).filter { !$0.isResolver }.sorted()
    let same = sockets.filter { $0.port == port }
    if !same.isEmpty {
      let sockets = same.map(\.text).joined(separator: ", ")
      if same.allSatisfy(\.address.isLoopback) {
        let bind = destination.family == .ipv4 ? "0.0.0.0" : "[::]"
        advise("have the program in \(who) listen on \(bind) instead of \(same[0].address)")
        return fail(
          "port \(port) of \(who) is reachable from \(who) itself only: the program listens on \(same[0].address)",
          sockets,
          because: "the program listens on \(same[0].address) only")
      }
      if same.allSatisfy({ $0.address.family != destination.family }) {
        advise("have the program in \(who) listen on \(destination.family.title), too")
        return fail(
          "the program on port \(port) of \(who) listens on \(same[0].address.family.title) only", sockets,
          because: "the program does not listen on \(destination.family.title)")
      }
      advise("have the program in \(who) listen on all addresses")
      return fail(
        "the program on port \(port) of \(who) listens on another address than \(destination)", sockets,
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
      // The user names the host port instead of the container's port.
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
    let sameTransport = reachable.filter { $0.port.transport == port.transport }
    let open = sameTransport.isEmpty ? reachable : sameTransport
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

  /// Says why no program receives packets to a port of the host: how it is published otherwise, if it is.
  mutating func explainUnpublishedHostPort(_ port: TransportPort, at destination: IPAddress) -> Stop {
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
        "causeway run --name \(found.name) -p \(port.number):\(found.publication.containerPort.shortText) …")
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
    return explainMissingListener(port, at: destination, facts.host, "this host", containers: [])
  }
}

extension NamespaceFacts.Socket {
  /// The engine's own resolver in a sandbox.
  var isResolver: Bool { port.number == SandboxFirewall.resolverPort && address.isLoopback }
}
