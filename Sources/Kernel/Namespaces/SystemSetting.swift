import Glibc

/// Kernel settings below `/proc/sys` (sysctl(8)).
///
/// Those below `/proc/sys/net` belong to the network namespace of the *thread that opens the file*: call these on a
/// thread inside the namespace that is meant, see ``NetworkNamespace/run(_:)``.
public enum SystemSetting {
  /// - Parameter key: slashes between the parts, `net/ipv4/ip_forward`, since an interface's name may hold dots.
  /// - Returns: the value without the newline at its end.
  public static func read(_ key: String) throws(SystemCallError) -> String {
    var text = try readFile("/proc/sys/\(key)")[...]
    while text.last == "\n" { text = text.dropLast() }
    return String(text)
  }

  /// - Throws: errno `EROFS` where `/proc/sys` is mounted read-only, `ENOENT` where this kernel has no such setting.
  public static func write(_ key: String, _ value: String) throws(SystemCallError) {
    try writeExistingFile("/proc/sys/\(key)", value)
  }
}
