import EngineModel

extension EngineState {
  /// A container by full id, name (with or without its slash), or unique prefix of its id.
  ///
  /// - Throws: `notFound`, or `invalidParameter` for a prefix of several ids.
  func container(_ reference: String) throws(EngineError) -> Container {
    if let id = ContainerID(reference), let found = containers[id] { return found }
    let name = reference.hasPrefix("/") ? String(reference.dropFirst()) : reference
    if let id = containerNames[name], let found = containers[id] { return found }
    let matches = Self.matches(containers, prefix: reference)
    guard matches.count < 2 else {
      throw EngineError(.invalidParameter, "multiple IDs found with provided prefix: \(reference)")
    }
    guard let match = matches.first else { throw EngineError(.notFound, "No such container: \(reference)") }
    return match
  }

  /// A network by full id, name, or unique prefix of its id.
  func network(_ reference: String) throws(EngineError) -> Network {
    func known(_ id: NetworkID) -> Network? { pendingNetworks.contains(id) ? nil : networks[id] }
    if let id = NetworkID(reference), let found = known(id) { return found }
    if let id = networkNames[reference], let found = known(id) { return found }
    let matches = Self.matches(networks, prefix: reference).filter { !pendingNetworks.contains($0.id) }
    guard matches.count < 2 else {
      throw EngineError(
        .invalidParameter, "network \(reference) is ambiguous (\(matches.count) matches found based on ID prefix)")
    }
    guard let match = matches.first else { throw EngineError(.notFound, "network \(reference) not found") }
    return match
  }

  func volume(_ name: String) throws(EngineError) -> Volume {
    guard let volume = volumes[name] else { throw EngineError(.notFound, "get \(name): no such volume") }
    return volume
  }

  private static func matches<Object>(_ objects: [Identifier<Object>: Object], prefix: String) -> [Object] {
    guard !prefix.isEmpty, prefix.utf8.count < 64 else { return [] }
    return objects.compactMap { $0.key.rawValue.hasPrefix(prefix) ? $0.value : nil }
  }
}
