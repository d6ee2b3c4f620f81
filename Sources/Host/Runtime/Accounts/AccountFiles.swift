package import EngineModel

/// The users and groups of a root file system, from `/etc/passwd` and `/etc/group` (passwd(5), group(5)), and Docker's
/// rules for `user[:group]`.
package struct AccountFiles: Sendable, Hashable {
  struct User: Sendable, Hashable {
    var name: String
    var uid: UInt32
    var gid: UInt32
    var home: String
  }

  struct Group: Sendable, Hashable {
    var name: String
    var gid: UInt32
    var members: [String]
  }

  var users: [User]
  var groups: [Group]

  /// Ignores malformed lines, as the C library does.
  package init(passwd: String, group: String) {
    users = passwd.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count >= 6, let uid = UInt32(fields[2]), let gid = UInt32(fields[3]) else { return nil }
      return User(name: String(fields[0]), uid: uid, gid: gid, home: String(fields[5]))
    }
    groups = group.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count >= 3, let gid = UInt32(fields[2]) else { return nil }
      let members = fields.count > 3 ? fields[3].split(separator: ",").map(String.init) : []
      return Group(name: String(fields[0]), gid: gid, members: members)
    }
  }

  /// Resolves the user and groups of a process.
  ///
  /// - Parameters:
  ///   - text: `user[:group]`, names or numbers; empty is root. A name must exist, a number need not.
  ///   - additionalGroups: further groups, names or numbers (`--group-add`).
  /// - Throws: `invalidParameter`: "unable to find user x: no matching entries in passwd file".
  package func resolve(_ text: String, additionalGroups: [String] = []) throws(EngineError) -> ResolvedUser {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let userText = parts.first ?? ""
    let groupText = parts.count > 1 ? parts[1] : ""
    var result = ResolvedUser(uid: 0, gid: 0, home: "/", groups: [])
    var entry: User?
    if userText.isEmpty {
      entry = users.first { $0.uid == 0 }
    } else {
      // A user's name may consist of digits, so names have priority.
      let number = try Self.number(userText, "uids")
      entry = users.first { $0.name == userText } ?? number.flatMap { number in users.first { $0.uid == number } }
      if entry == nil {
        guard let number else {
          throw EngineError(
            .invalidParameter, "unable to find user \(userText): no matching entries in passwd file")
        }
        result.uid = number
      }
    }
    if let entry {
      result.uid = entry.uid
      result.gid = entry.gid
      result.home = entry.home.isEmpty ? "/" : entry.home
    }
    if !groupText.isEmpty {
      result.gid = try groupNumber(groupText)
    } else if let entry {
      result.groups = groups.filter { $0.members.contains(entry.name) }.map(\.gid)
    }
    // Docker adds the primary group, so that a process that drops it keeps the group's restrictions.
    result.groups = Self.unique(
      [result.gid] + result.groups + (try additionalGroups.map { (name) throws(EngineError) in try groupNumber(name) }))
    return result
  }

  private func groupNumber(_ text: String) throws(EngineError) -> UInt32 {
    let number = try Self.number(text, "gids")
    if let group = groups.first(where: { $0.name == text }) { return group.gid }
    guard let number else {
      throw EngineError(.invalidParameter, "unable to find group \(text): no matching entries in group file")
    }
    return number
  }

  /// - Returns: `nil` if the text is not a number.
  private static func number(_ text: String, _ what: String) throws(EngineError) -> UInt32? {
    guard let number = Int64(text) else { return nil }
    guard (0...Int64(Int32.max)).contains(number) else {
      throw EngineError(.invalidParameter, "\(what) must be in range 0-2147483647")
    }
    return UInt32(number)
  }

  private static func unique(_ numbers: [UInt32]) -> [UInt32] {
    var seen: Set<UInt32> = []
    return numbers.filter { seen.insert($0).inserted }
  }
}

/// Numeric user and group ids, and the home folder.
package struct ResolvedUser: Sendable, Hashable {
  package var uid: UInt32
  package var gid: UInt32
  package var home: String
  /// Additional groups.
  package var groups: [UInt32]

  package init(uid: UInt32, gid: UInt32, home: String, groups: [UInt32]) {
    self.uid = uid
    self.gid = gid
    self.home = home
    self.groups = groups
  }
}
