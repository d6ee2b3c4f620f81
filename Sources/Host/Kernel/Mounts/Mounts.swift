import CLinux
import Glibc

/// mount(2) and umount2(2), each in the mount namespace of the process. They may block on the file system beneath, so
/// call them on a thread that may.
public enum Mounts {
  public struct Flags: OptionSet, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
    public static let readOnly = Flags(rawValue: linux_MS_RDONLY)
    public static let noSetUID = Flags(rawValue: linux_MS_NOSUID)
    public static let noDevices = Flags(rawValue: linux_MS_NODEV)
    public static let noExecution = Flags(rawValue: linux_MS_NOEXEC)
  }

  /// Mounts a file system.
  ///
  /// - Parameters:
  ///   - type: `overlay`, `tmpfs`, `proc`, `mqueue` …
  ///   - options: the file system's own, parted by commas.
  public static func mount(
    type: String, source: String, at target: String, flags: Flags = [], options: String? = nil
  ) throws(SystemCallError) {
    try checked("mount \(type)", target) {
      Glibc.mount(source, target, type, flags.rawValue, options)
    }
  }

  /// Mounts an overlay (kernel doc: filesystems/overlayfs). Layers are given topmost first.
  ///
  /// - Parameters:
  ///   - upper, work: `nil`: nothing can be written, and there must be two layers at least.
  ///   - options: further ones, such as `redirect_dir=off`.
  public static func mountOverlay(
    lower: [String], upper: String?, work: String?, at target: String, options: [String] = []
  ) throws(SystemCallError) {
    // A colon parts layers and a comma parts options; both are escaped with a backslash.
    func escaped(_ path: String) -> String {
      path.reduce(into: "") { text, character in
        if character == ":" || character == "," || character == "\\" { text.append("\\") }
        text.append(character)
      }
    }
    let layers = lower.map(escaped).joined(separator: ":")
    var all = ["lowerdir=\(layers)"]
    if let upper, let work { all += ["upperdir=\(escaped(upper))", "workdir=\(escaped(work))"] }
    try mount(
      type: "overlay", source: "overlay", at: target, flags: upper == nil ? .readOnly : [],
      options: (all + options).joined(separator: ","))
  }

  /// Makes a file or folder appear at a second place.
  ///
  /// - Parameters:
  ///   - recursive: with what is mounted below it.
  ///   - flags: taken into force by the second call that the kernel asks for (mount(2), "Remounting").
  public static func bind(
    _ source: String, at target: String, recursive: Bool = false, flags: Flags = []
  ) throws(SystemCallError) {
    let how = linux_MS_BIND | (recursive ? linux_MS_REC : 0)
    try checked("mount --bind", target) { Glibc.mount(source, target, nil, how, nil) }
    if !flags.isEmpty { try remount(target, flags) }
  }

  /// Gives a mount, and not what is mounted below it, other flags.
  public static func remount(_ target: String, _ flags: Flags) throws(SystemCallError) {
    try checked("mount -o remount,bind", target) {
      Glibc.mount(nil, target, nil, linux_MS_REMOUNT | linux_MS_BIND | flags.rawValue, nil)
    }
  }

  /// Keeps mounts below here from reaching other mount namespaces, and theirs from reaching here.
  public static func makePrivate(_ target: String, recursive: Bool = false) throws(SystemCallError) {
    try checked("mount --make-private", target) {
      Glibc.mount(nil, target, nil, linux_MS_PRIVATE | (recursive ? linux_MS_REC : 0), nil)
    }
  }

  /// Takes the topmost mount away from the tree at once; what still uses it keeps it until it lets go (`MNT_DETACH`).
  ///
  /// - Returns: `false` when nothing is mounted there.
  @discardableResult
  public static func unmount(_ target: String) throws(SystemCallError) -> Bool {
    do {
      try checked("umount", target) { umount2(target, linux_MNT_DETACH | linux_UMOUNT_NOFOLLOW) }
      return true
    } catch  where error.errno == EINVAL || error.errno == ENOENT {
      return false
    }
  }
}
