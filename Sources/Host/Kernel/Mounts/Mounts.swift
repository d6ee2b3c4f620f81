import CLinux
import Glibc

/// mount(2) and umount2(2) in the mount namespace of the process. The calls can block on the file system, so do not
/// call them on the cooperative pool.
package enum Mounts {
  package struct Flags: OptionSet, Sendable {
    package let rawValue: UInt
    package init(rawValue: UInt) { self.rawValue = rawValue }
    package static let readOnly = Flags(rawValue: linux_MS_RDONLY)
    package static let noSetUID = Flags(rawValue: linux_MS_NOSUID)
    package static let noDevices = Flags(rawValue: linux_MS_NODEV)
    package static let noExecution = Flags(rawValue: linux_MS_NOEXEC)
  }

  /// Mounts a file system.
  ///
  /// - Parameters:
  ///   - type: `overlay`, `tmpfs`, `proc`, `mqueue` …
  ///   - options: the options of the file system, separated by commas.
  package static func mount(
    type: String, source: String, at target: String, flags: Flags = [], options: String? = nil
  ) throws(SystemCallError) {
    try checked("mount \(type)", target) {
      Glibc.mount(source, target, type, flags.rawValue, options)
    }
  }

  /// Mounts an overlay (kernel doc: filesystems/overlayfs). The topmost layer comes first.
  ///
  /// - Parameters:
  ///   - upper, work: `nil` makes the mount read-only and requires at least two layers.
  ///   - options: further options, such as `redirect_dir=off`.
  package static func mountOverlay(
    lower: [String], upper: String?, work: String?, at target: String, options: [String] = []
  ) throws(SystemCallError) {
    // Colons separate layers and commas separate options; a backslash escapes both.
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

  /// Makes a bind mount.
  ///
  /// - Parameters:
  ///   - recursive: includes the mounts below the source.
  ///   - flags: need a second mount call (mount(2), "Remounting").
  package static func bind(
    _ source: String, at target: String, recursive: Bool = false, flags: Flags = []
  ) throws(SystemCallError) {
    let how = linux_MS_BIND | (recursive ? linux_MS_REC : 0)
    try checked("mount --bind", target) { Glibc.mount(source, target, nil, how, nil) }
    if !flags.isEmpty { try remount(target, flags) }
  }

  /// Changes the flags of one mount. Mounts below it keep theirs.
  package static func remount(_ target: String, _ flags: Flags) throws(SystemCallError) {
    try checked("mount -o remount,bind", target) {
      Glibc.mount(nil, target, nil, linux_MS_REMOUNT | linux_MS_BIND | flags.rawValue, nil)
    }
  }

  /// Stops mount propagation at this mount, in both directions.
  package static func makePrivate(_ target: String, recursive: Bool = false) throws(SystemCallError) {
    try checked("mount --make-private", target) {
      Glibc.mount(nil, target, nil, linux_MS_PRIVATE | (recursive ? linux_MS_REC : 0), nil)
    }
  }

  /// Detaches the topmost mount (`MNT_DETACH`). Processes that use it keep it until they release it.
  ///
  /// - Returns: `false` when nothing is mounted there.
  @discardableResult
  package static func unmount(_ target: String) throws(SystemCallError) -> Bool {
    do {
      try checked("umount", target) { umount2(target, linux_MNT_DETACH | linux_UMOUNT_NOFOLLOW) }
      return true
    } catch  where error.errno == EINVAL || error.errno == ENOENT {
      return false
    }
  }
}
