import Glibc

/// Kernel settings below `/proc/sys` (sysctl(8)), those below `net` of one network namespace.
///
/// The kernel keeps the folders `net/ipv4` of all namespaces under one name and looks through them all for the right one:
/// with a thousand containers that took longer than all else that a setting costs. So they are opened once.
public final class SystemSettings: Sendable {
  private let folders: [(prefix: String, folder: OwnedDescriptor)]
  /// A kernel without IPv6 has nothing to be told about it.
  let hasIPv6: Bool

  /// To be called on a thread inside the namespace that is meant; what is made may be used on any.
  public init() throws(SystemCallError) {
    var folders: [(prefix: String, folder: OwnedDescriptor)] = []
    for name in ["net/ipv4", "net/ipv6"] {
      do throws(SystemCallError) {
        let folder = try OwnedDescriptor(path: "/proc/sys/\(name)", flags: O_RDONLY | O_DIRECTORY)
        folders.append(("\(name)/", folder))
      } catch  where error.errno == ENOENT {
        continue
      }
    }
    self.folders = folders
    hasIPv6 = folders.contains { $0.prefix == "net/ipv6/" }
  }

  /// - Parameter key: slashes between the parts, `net/ipv4/ip_forward`, since an interface's name may hold dots.
  /// - Returns: the value without the newline at its end.
  public func read(_ key: String) throws(SystemCallError) -> String {
    var text = try described(key) { path throws(SystemCallError) in try readFile(path) }[...]
    while text.last == "\n" { text = text.dropLast() }
    return String(text)
  }

  /// - Throws: errno `EROFS` where `/proc/sys` is mounted read-only, `ENOENT` where this kernel has no such setting.
  public func write(_ key: String, _ value: String) throws(SystemCallError) {
    try described(key) { path throws(SystemCallError) in try writeExistingFile(path, value) }
  }

  /// An error tells of the setting, not of how it was reached.
  private func described<Result>(
    _ key: String, _ body: (String) throws(SystemCallError) -> Result
  ) throws(SystemCallError) -> Result {
    do {
      return try body(path(key))
    } catch {
      throw SystemCallError(errno: error.errno, call: error.call, subject: "/proc/sys/\(key)")
    }
  }

  private func path(_ key: String) -> String {
    guard let opened = folders.first(where: { key.hasPrefix($0.prefix) }) else { return "/proc/sys/\(key)" }
    return "/proc/self/fd/\(opened.folder.number)/\(key.dropFirst(opened.prefix.utf8.count))"
  }
}
