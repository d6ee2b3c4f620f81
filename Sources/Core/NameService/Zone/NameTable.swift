/// The namespace of names of one network, or of one sandbox's extra hosts.
typealias NameScope = UInt32

/// The names of all scopes in one hash table, so that the cost of a lookup does not depend on the number of networks.
struct NameTable: Sendable {
  /// A name in one scope.
  struct Entry: Sendable {
    let scope: NameScope
    /// Encoded, lower case.
    let name: [UInt8]
    /// In the order in which they were added.
    var recordSets: [RecordSet]
    /// The encoded addresses of all healthy endpoints.
    var addresses4: [UInt8] = []
    var addresses6: [UInt8] = []
    /// Encoded names for PTR answers.
    var targets: [[UInt8]] = []
    /// Round robin: the index of the first address in the next answer. One counter per family, because resolvers query
    /// both families in turn and would always get the same half.
    var rotation4: UInt32 = 0
    var rotation6: UInt32 = 0
  }

  /// What one endpoint contributes to a name.
  struct RecordSet: Sendable {
    let id: String
    let addresses4: [UInt8]
    let addresses6: [UInt8]
    let target: [UInt8]?
    var isUnhealthy = false
  }

  /// Entries by the hash of scope and name. A list has more than one entry only when 64-bit hashes collide.
  private var entries: [UInt64: [Entry]] = [:]
  let seed: UInt64

  init(seed: UInt64) {
    self.seed = seed
  }

  var count: Int { entries.values.reduce(0) { $0 + $1.count } }

  /// The position of an entry, valid until the table changes.
  struct Position {
    fileprivate let bucket: Dictionary<UInt64, [Entry]>.Index
    fileprivate let index: Int
  }

  /// - Parameters:
  ///   - name: encoded, lower case.
  ///   - hash: the name's hash; see ``nameHash(_:seed:)``.
  @inline(__always)
  func find(_ scope: NameScope, _ name: UnsafeRawBufferPointer, hash: UInt64) -> Position? {
    guard let bucket = entries.index(forKey: hashInScope(hash, scope)) else { return nil }
    let list = entries.values[bucket]
    for index in list.indices where list[index].scope == scope && list[index].name.matches(name) {
      return Position(bucket: bucket, index: index)
    }
    return nil
  }

  subscript(position: Position) -> Entry {
    @inline(__always) _read { yield entries.values[position.bucket][position.index] }
    @inline(__always) _modify { yield &entries.values[position.bucket][position.index] }
  }

  mutating func add(_ recordSet: RecordSet, to name: DomainName, in scope: NameScope) {
    var list = entries[key(name, scope)] ?? []
    let index = list.firstIndex { $0.scope == scope && $0.name == name.wire }
    if let index {
      list[index].recordSets.append(recordSet)
      list[index].rebuildAnswers()
    } else {
      var entry = Entry(scope: scope, name: name.wire, recordSets: [recordSet])
      entry.rebuildAnswers()
      list.append(entry)
    }
    entries[key(name, scope)] = list
  }

  mutating func remove(recordSet id: String, from name: DomainName, in scope: NameScope) {
    let key = key(name, scope)
    guard var list = entries[key],
      let index = list.firstIndex(where: { $0.scope == scope && $0.name == name.wire })
    else { return }
    list[index].recordSets.removeAll { $0.id == id }
    list[index].rebuildAnswers()
    if list[index].recordSets.isEmpty { list.remove(at: index) }
    entries[key] = list.isEmpty ? nil : list
  }

  private func key(_ name: DomainName, _ scope: NameScope) -> UInt64 {
    hashInScope(name.wire.withUnsafeBytes { nameHash($0, seed: seed) }, scope)
  }
}

extension NameTable.Entry {
  fileprivate mutating func rebuildAnswers() {
    // When all endpoints of a name are unhealthy, the name resolves to all of them.
    let healthy = recordSets.filter { !$0.isUnhealthy }
    let visible = healthy.isEmpty ? recordSets : healthy
    addresses4 = visible.flatMap(\.addresses4)
    addresses6 = visible.flatMap(\.addresses6)
    targets = recordSets.compactMap(\.target)
  }
}

extension [UInt8] {
  @inline(__always)
  fileprivate func matches(_ other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count else { return false }
    return withUnsafeBytes { mine in
      for index in 0..<mine.count where mine[index] != other[index] { return false }
      return true
    }
  }
}
