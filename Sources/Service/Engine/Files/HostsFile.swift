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

  /// Only the container's own lines, for a container that has the host's file.
  var addition: String {
    lines.map { "\($0.address)\t\($0.names.filter(Self.isWord).joined(separator: " "))\n" }.joined()
  }
}
