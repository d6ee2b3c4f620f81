import Addressing
import EngineModel
import NetworkPlan

/// Finds the addresses at which hosts outside reach a container.
extension Explainer {
  /// The host's addresses with the published port. Without a published port, the container's own addresses: some networks
  /// let hosts outside reach them.
  mutating func candidatesFromOutside(to name: String, by link: InterfaceName) throws(PathWalk.Stop) -> [Candidate] {
    guard let container = facts.container(named: name) ?? container(id: name) else { return try queryFromHost(name) }
    try requireRunning(container)
    let hostAddresses = addressesOfOriginFamily(
      facts.host.addresses.filter { $0.link == link && !$0.address.address.isLinkLocal }.map(\.address.address))
    guard case .sandbox(let id)? = facts.networkLocation(of: container), let owner = facts.containers[id] else {
      remark("\(name) has this host's network: the host's own addresses are tried", Self.list(hostAddresses))
      return hostAddresses.map { Candidate(address: $0) }
    }
    let containerAddresses = facts.attachments.filter { $0.container == id }.flatMap(\.endpoint.addresses).sorted()
    guard let port = request.transportPort else {
      guard !containerAddresses.isEmpty else {
        throw fail("\(name) is on no network", because: "\(name) is on no network")
      }
      return containerAddresses.map { Candidate(address: $0) }
    }
    var found: [Candidate] = []
    for publication in owner.publications.sorted() where publication.containerPort == port && publication.usesHostPort {
      for address in hostAddresses
      where publication.hostAddress == address
        || publication.hostAddress.isUnspecified && publication.hostAddress.family == address.family
      {
        found.append(Candidate(address: address, port: publication.hostPort))
      }
    }
    if !found.isEmpty {
      pass(
        "port \(port) of \(name) is published on this host",
        found.map { "\($0.address.family == .ipv6 ? "[\($0.address)]" : "\($0.address)"):\($0.port ?? 0)" }.joined(
          separator: ", "))
      return found
    }
    try explainUnpublished(port, of: owner, hostAddresses)
    guard !containerAddresses.isEmpty else {
      throw fail("\(name) is on no network", because: "\(name) is on no network")
    }
    return containerAddresses.map { Candidate(address: $0) }
  }

  /// Stops if the port is published in another way, and says how.
  private mutating func explainUnpublished(
    _ port: TransportPort, of container: Container, _ hostAddresses: [IPAddress]
  ) throws(PathWalk.Stop) {
    let name = container.name
    let published = container.publications.filter(\.usesHostPort).sorted()
    if let outer = published.first(where: { $0.hostPort == port.number && $0.containerPort.transport == port.transport }
    ) {
      advise("use the container's port", "causeway explain \(request.from) \(name):\(outer.containerPort.shortText)")
      throw fail(
        "\(port) is the host port to which \(outer.containerPort) of \(name) is published",
        because: "\(name)'s own port is \(outer.containerPort.number)")
    }
    let onOtherAddress = published.filter { $0.containerPort == port }
    if let publication = onOtherAddress.first {
      advise(
        "publish it on all addresses",
        "causeway run --name \(name) -p \(publication.hostPort):\(port.shortText) …")
      throw fail(
        "port \(port) of \(name) is published on \(publication.hostAddress) only",
        "not on \(Self.list(hostAddresses)), where packets from outside arrive",
        because: "it is published on \(publication.hostAddress) only")
    }
  }
}
