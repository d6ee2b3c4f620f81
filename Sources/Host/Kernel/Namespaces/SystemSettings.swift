import Glibc
import Synchronization

/// Kernel settings below `/proc/sys` (sysctl(8)), those below `net` of one network namespace.
///
/// The kernel keeps the folders `net/ipv4` of all namespaces under one name and looks through them all for the right one:
/// with a thousand containers that took longer than all else that a setting costs. So each is opened once, when it is first
/// needed, and kept.
public final class SystemSettings: Sendable {
  private static let prefixes = ["net/ipv4/", "net/ipv6/"]
  /// By prefix; `nil` for one that this kernel does not have.
  private let folders = Mutex<[String: OwnedDescriptor?]>([:])

  public init() {}

  /// Whether a setting can be read and written on any thread.
  func isReady(for key: String) -> Bool {
    guard let prefix = Self.prefix(of: key) else { return true }
    return folders.withLock { $0.keys.contains(prefix) }
  }

  /// Opens what a setting needs. To be called on a thread inside the namespace that is meant.
  public func prepare(for key: String) throws(SystemCallError) {
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

  /// Whether the kernel has any such settings: one without IPv6 has nothing to be told about it.
  func exists(for key: String) -> Bool {
    guard let prefix = Self.prefix(of: key) else { return true }
    return folders.withLock { ($0[prefix] ?? nil) != nil }
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
    let prefix = Self.prefix(of: key) ?? ""
    let folder = folders.withLock { $0[prefix] ?? nil }
    do {
      guard let folder else { return try body("/proc/sys/\(key)") }
      // The descriptor must live until the file below it is open.
      return try withExtendedLifetime(folder) { () throws(SystemCallError) in
        try body("/proc/self/fd/\(folder.number)/\(key.dropFirst(prefix.utf8.count))")
      }
    } catch {
      throw SystemCallError(errno: error.errno, call: error.call, subject: "/proc/sys/\(key)")
    }
  }

  private static func prefix(of key: String) -> String? { prefixes.first { key.hasPrefix($0) } }
}

/// The settings of sandboxes that were visited, for the next visit: one descriptor for each.
final class KnownSettings: Sendable {
  private let known = Mutex<[String: SystemSettings]>([:])
  /// A bound, so that descriptors are left for other things.
  private static let most = 4096

  subscript(sandbox: String) -> SystemSettings {
    known.withLock { known in
      if let settings = known[sandbox] { return settings }
      let settings = SystemSettings()
      if known.count < Self.most { known[sandbox] = settings }
      return settings
    }
  }

  /// The namespace is gone, or another one has its name.
  func forget(_ sandbox: String) { known.withLock { $0[sandbox] = nil } }
}
