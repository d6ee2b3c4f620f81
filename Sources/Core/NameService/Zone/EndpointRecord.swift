public import Addressing

/// A container's place on a network, as the others there see it.
public struct EndpointRecord: Hashable, Sendable {
  /// The endpoint's id.
  public var id: String
  /// The container's id: whose questions see the names of this network.
  public var sandbox: String
  /// The network's id.
  public var network: String
  /// The network's name: every name is also known with it at the end, `web.front`, and so is the answer to a PTR
  /// question.
  public var networkName: String
  /// The container's name first, then its short id and aliases. What is no domain name is left out.
  public var names: [String]
  public var addresses: [IPAddress]
  /// Found to be unwell by its own health check: where others have the same name, they alone are named.
  public var isUnwell: Bool

  public init(
    id: String, sandbox: String, network: String, networkName: String, names: [String], addresses: [IPAddress],
    isUnwell: Bool = false
  ) {
    self.id = id
    self.sandbox = sandbox
    self.network = network
    self.networkName = networkName
    self.names = names
    self.addresses = addresses
    self.isUnwell = isUnwell
  }
}

extension EndpointRecord {
  /// Every name under which the endpoint is found in its network, without doubles.
  var domainNames: [DomainName] {
    let suffix = DomainName(networkName)
    var seen: Set<DomainName> = []
    return names.flatMap { text -> [DomainName] in
      guard let name = DomainName(text), name != .root else { return [] }
      return [name, suffix.flatMap { name.appending($0) }].compactMap(\.self)
    }.filter { seen.insert($0).inserted }
  }

  /// What a PTR question for one of its addresses is told.
  var canonicalName: DomainName? {
    guard let first = names.first, let name = DomainName(first), let suffix = DomainName(networkName) else {
      return nil
    }
    return name.appending(suffix)
  }
}
