import Addressing

/// The contents of a container's `/etc/hosts`.
struct HostsFile: Sendable, Hashable {
  struct Line: Sendable, Hashable {
    var address: IPAddress
    var names: [String]
  }

  /// The lines after those that every container has.
  var lines: [Line] = []

  private static let common = """
    127.0.0.1\tlocalhost
    ::1\tlocalhost ip6-localhost ip6-loopback
    fe00::\tip6-localnet
    ff00::\tip6-mcastprefix
    ff02::1\tip6-allnodes
    ff02::2\tip6-allrouters

    """

  var text: String { Self.common + addition }

  /// Whether a text is one word of a line, also in the record of an engine that checked less.
  static func isWord(_ text: String) -> Bool { text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F } }

  /// The contents of a file after a change of the engine's own lines. Lines that a user added or changed stay, and those
  /// that a user removed stay away.
  ///
  /// - Parameters:
  ///   - current: the contents now.
  ///   - written: what the engine wrote last.
  static func merged(_ current: String, from written: String, to new: String) -> String {
    guard current != written else { return new }
    func lines(_ text: String) -> [Substring] {
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      if lines.last?.isEmpty ?? false { lines.removeLast() }
      return lines
    }
    let (old, next) = (lines(written), lines(new))
    var obsolete = old.filter { !next.contains($0) }
    var result = lines(current).filter { line in
      guard let index = obsolete.firstIndex(of: line) else { return true }
      obsolete.remove(at: index)
      return false
    }
    result += next.filter { !old.contains($0) }
    return result.map { $0 + "\n" }.joined()
  }

  /// Only the container's own lines, for a container that has the host's file.
  var addition: String {
    lines.map { "\($0.address)\t\($0.names.filter(Self.isWord).joined(separator: " "))\n" }.joined()
  }
}
