import Glibc
import Synchronization

/// Reads and writes the kernel settings below `/proc/sys` (sysctl(8)). Settings below `net` belong to one network
/// namespace.
///
/// The kernel searches `net/ipv4` of all namespaces on every path lookup, which dominates the cost of a setting on a
/// host with a thousand containers. So each folder is opened once, on first use, and stays open.
package final class SysctlFiles: Sendable {
  private static let prefixes = ["net/ipv4/", "net/ipv6/"]
  /// Open folders by prefix; `nil` when this kernel does not have the folder.
  private let folders = Mutex<[String: OwnedDescriptor?]>([:])

  package init() {}

  /// Whether the setting can be read and written on any thread.
  func isReady(for key: String) -> Bool {
    guard let prefix = Self.prefix(of: key) else { return true }
    return folders.withLock { $0.keys.contains(prefix) }
  }

  /// Opens the folder of a setting. Call it on a thread inside the namespace.
  package func prepare(for key: String) throws(SystemCallError) {
    guard let prefix = Self.prefix(of: key), !isReady(for: key) else { return }
    var folder: OwnedDescriptor?
    do throws(SystemCallError) {
      folder = try OwnedDescriptor(path: "/proc/sys/\(prefix)", flags: O_RDONLY | O_DIRECTORY)
    } catch {
      guard error.errno == ENOENT else { throw error }
    }
    let opened = folder
    folders.withLock { $0[prefix] = .some(opened) }
  }

  /// Whether the kernel has the folder of this setting. A kernel without IPv6 has no `net/ipv6`.
  func exists(for key: String) -> Bool {
    guard let prefix = Self.prefix(of: key) else { return true }
    return folders.withLock { ($0[prefix] ?? nil) != nil }
  }

  /// - Parameter key: parts separated by slashes, `net/ipv4/ip_forward`, because an interface name may contain dots.
  /// - Returns: the value without its trailing newline.
  package func read(_ key: String) throws(SystemCallError) -> String {
    var text = try described(key) { path throws(SystemCallError) in try readFile(path) }[...]
    while text.last == "\n" { text = text.dropLast() }
    return String(text)
  }

  /// - Throws: errno `EROFS` when `/proc/sys` is mounted read-only, `ENOENT` when this kernel has no such setting.
  package func write(_ key: String, _ value: String) throws(SystemCallError) {
    try described(key) { path throws(SystemCallError) in try writeExistingFile(path, value) }
  }

  /// Rewrites errors so that they name the setting and not the descriptor path.
  private func described<Result>(
    _ key: String, _ body: (String) throws(SystemCallError) -> Result
  ) throws(SystemCallError) -> Result {
    let prefix = Self.prefix(of: key) ?? ""
    let folder = folders.withLock { $0[prefix] ?? nil }
    do {
      guard let folder else { return try body("/proc/sys/\(key)") }
      // The descriptor must stay open until the file below it is open.
      return try withExtendedLifetime(folder) { () throws(SystemCallError) in
        try body("/proc/self/fd/\(folder.number)/\(key.dropFirst(prefix.utf8.count))")
      }
    } catch {
      throw SystemCallError(errno: error.errno, call: error.call, subject: "/proc/sys/\(key)")
    }
  }

  private static func prefix(of key: String) -> String? { prefixes.first { key.hasPrefix($0) } }
}

/// The open sysctl folders of sandboxes, kept for later plans.
final class SysctlFilesCache: Sendable {
  private let known = Mutex<[String: SysctlFiles]>([:])
  /// Limits the number of descriptors that the cache holds.
  private static let most = 4096

  subscript(sandbox: String) -> SysctlFiles {
    known.withLock { known in
      if let settings = known[sandbox] { return settings }
      let settings = SysctlFiles()
      if known.count < Self.most { known[sandbox] = settings }
      return settings
    }
  }

  /// Call it when the namespace is deleted or its name is reused.
  func forget(_ sandbox: String) { known.withLock { $0[sandbox] = nil } }
}
