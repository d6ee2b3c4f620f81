/// The name space of a network, or the private one of a sandbox.
typealias NameScope = UInt32

/// All names of all scopes in one hash table, so that a look-up costs the same whatever the number of networks.
struct NameTable: Sendable {
  /// What a name stands for in one scope.
  struct Entry: Sendable {
    let scope: NameScope
    /// Wire form, lower case.
    let name: [UInt8]
    /// In the order they were added.
    var holders: [Holder]
    /// The addresses of all holders that are well, one after the other, as they go on the wire.
    var addresses4: [UInt8] = []
    var addresses6: [UInt8] = []
    /// Wire form.
    var targets: [[UInt8]] = []
    /// The holder that comes first in the next answer, of either family: resolvers ask for both in turn, and one
    /// counter for the two would always give the same half.
    var turn4: UInt32 = 0
    var turn6: UInt32 = 0
  }

  /// An endpoint's share in a name.
  struct Holder: Sendable {
    let id: String
    let addresses4: [UInt8]
    let addresses6: [UInt8]
    let target: [UInt8]?
    var isUnwell = false
  }

  /// Entries by the hash of scope and name. The list has one element but for a collision of 64-bit hashes.
  private var entries: [UInt64: [Entry]] = [:]
  let seed: UInt64

  init(seed: UInt64) {
    self.seed = seed
  }

  var count: Int { entries.values.reduce(0) { $0 + $1.count } }

  /// Where an entry is; valid until the table changes.
  struct Position {
    fileprivate let bucket: Dictionary<UInt64, [Entry]>.Index
    fileprivate let place: Int
  }

  /// - Parameters:
  ///   - name: wire form, lower case.
  ///   - hash: of the name, see ``nameHash(_:seed:)``.
  @inline(__always)
  func find(_ scope: NameScope, _ name: UnsafeRawBufferPointer, hash: UInt64) -> Position? {
    guard let bucket = entries.index(forKey: scopedHash(hash, scope)) else { return nil }
    let list = entries.values[bucket]
    for place in list.indices where list[place].scope == scope && list[place].name.matches(name) {
      return Position(bucket: bucket, place: place)
    }
    return nil
  }

  subscript(position: Position) -> Entry {
    @inline(__always) _read { yield entries.values[position.bucket][position.place] }
    @inline(__always) _modify { yield &entries.values[position.bucket][position.place] }
  }

  mutating func add(_ holder: Holder, to name: DomainName, in scope: NameScope) {
    var list = entries[key(name, scope)] ?? []
    let place = list.firstIndex { $0.scope == scope && $0.name == name.wire }
    if let place {
      list[place].holders.append(holder)
      list[place].gather()
    } else {
      var entry = Entry(scope: scope, name: name.wire, holders: [holder])
      entry.gather()
      list.append(entry)
    }
    entries[key(name, scope)] = list
  }

  mutating func remove(holder id: String, from name: DomainName, in scope: NameScope) {
    let key = key(name, scope)
    guard var list = entries[key],
      let place = list.firstIndex(where: { $0.scope == scope && $0.name == name.wire })
    else { return }
    list[place].holders.removeAll { $0.id == id }
    list[place].gather()
    if list[place].holders.isEmpty { list.remove(at: place) }
    entries[key] = list.isEmpty ? nil : list
  }

  private func key(_ name: DomainName, _ scope: NameScope) -> UInt64 {
    scopedHash(name.wire.withUnsafeBytes { nameHash($0, seed: seed) }, scope)
  }
}

extension NameTable.Entry {
  fileprivate mutating func gather() {
    // A name whose holders are all unwell still stands for them.
    let well = holders.filter { !$0.isUnwell }
    let named = well.isEmpty ? holders : well
    addresses4 = named.flatMap(\.addresses4)
    addresses6 = named.flatMap(\.addresses6)
    targets = holders.compactMap(\.target)
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
