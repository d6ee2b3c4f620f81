package import Addressing

/// The names and addresses of an endpoint, as other endpoints of the network resolve them.
package struct NameRecord: Hashable, Sendable {
  /// The endpoint's id.
  package var id: String
  /// The container's id. Queries from its sandbox see the names of this network.
  package var sandbox: String
  /// The network's id.
  package var network: String
  /// The network's name. Every name also resolves with it as a suffix, `web.front`, and PTR answers contain it.
  package var networkName: String
  /// The container's name, then its short id and aliases. Invalid domain names are skipped.
  package var names: [String]
  package var addresses: [IPAddress]
  /// Whether the container's health check failed. Answers leave it out while a healthy endpoint has the same name.
  package var isUnhealthy: Bool

  package init(
    id: String, sandbox: String, network: String, networkName: String, names: [String], addresses: [IPAddress],
    isUnhealthy: Bool = false
  ) {
    self.id = id
    self.sandbox = sandbox
    self.network = network
    self.networkName = networkName
    self.names = names
    self.addresses = addresses
    self.isUnhealthy = isUnhealthy
  }
}

extension NameRecord {
  /// All names of the endpoint in its network, without duplicates.
  var domainNames: [DomainName] {
    let suffix = DomainName(networkName)
    var seen: Set<DomainName> = []
    return names.flatMap { text -> [DomainName] in
      guard let name = DomainName(text), name != .root else { return [] }
      return [name, suffix.flatMap { name.appending($0) }].compactMap(\.self)
    }.filter { seen.insert($0).inserted }
  }

  /// The name in PTR answers for its addresses.
  var canonicalName: DomainName? {
    guard let first = names.first, let name = DomainName(first), let suffix = DomainName(networkName) else {
      return nil
    }
    return name.appending(suffix)
  }
}
