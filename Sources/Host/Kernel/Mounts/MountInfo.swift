import Glibc

/// One line of `/proc/self/mountinfo` (proc(5)).
package struct MountInfo: Hashable, Sendable {
  package let id: Int
  package let parent: Int
  /// The path inside the file system that appears at the mount point.
  package let root: String
  package let mountPoint: String
  package let options: [String]
  /// Propagation type: `shared:3`, `master:1` (kernel doc: filesystems/sharedsubtree).
  package let propagation: [String]
  package let type: String
  package let source: String
  /// The options of the file system.
  package let superOptions: [String]

  /// Whether mounts below this one propagate to other mount namespaces and back (mount_namespaces(7)).
  package var isShared: Bool { propagation.contains { $0.hasPrefix("shared:") } }

  /// `nil` when the line does not have the format of proc(5).
  package init?(line: Substring) {
    let fields = line.split(separator: " ")
    guard fields.count >= 9, let id = Int(fields[0]), let parent = Int(fields[1]),
      let hyphen = fields[6...].firstIndex(of: "-"), hyphen + 2 < fields.endIndex
    else { return nil }
    self.id = id
    self.parent = parent
    root = Self.unescaped(fields[3])
    mountPoint = Self.unescaped(fields[4])
    options = fields[5].split(separator: ",").map(String.init)
    propagation = fields[6..<hyphen].map(String.init)
    type = Self.unescaped(fields[hyphen + 1])
    source = Self.unescaped(fields[hyphen + 2])
    superOptions =
      hyphen + 3 < fields.endIndex
      ? fields[hyphen + 3].split(separator: ",").map { Self.unescaped($0) } : []
  }

  /// All mounts in the mount namespace of the process, in the kernel's order.
  package static func read() throws(SystemCallError) -> [MountInfo] {
    let text = try readFile("/proc/self/mountinfo")
    return text.split(separator: "\n").compactMap { MountInfo(line: $0) }
  }

  /// The mount that contains a path: the topmost mount at the innermost mount point.
  package static func covering(_ path: String, in mounts: [MountInfo]) -> MountInfo? {
    mounts.last { mount in
      let point = mount.mountPoint
      guard point == "/" || path == point || path.hasPrefix("\(point)/") else { return false }
      return !mounts.contains { other in
        other.mountPoint.utf8.count > point.utf8.count
          && (path == other.mountPoint || path.hasPrefix("\(other.mountPoint)/"))
      }
    }
  }

  /// Space, tab, newline and backslash are encoded as a backslash and three octal digits.
  private static func unescaped(_ text: Substring) -> String {
    guard text.contains("\\") else { return String(text) }
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      {
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
