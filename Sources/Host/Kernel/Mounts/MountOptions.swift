import CLinux

/// The options of mount(8) `-o`, split into the arguments of mount(2).
package struct MountOptions: Sendable, Hashable {
  package private(set) var flags: UInt = 0
  /// Options that the file system interprets.
  package private(set) var data: [String] = []
  /// A bind mount: an existing file or folder appears at a second path.
  package private(set) var isBind = false
  package private(set) var isRecursive = false

  private static let meanings: [String: (set: Bool, flag: UInt)] = [
    "ro": (true, linux_MS_RDONLY), "rw": (false, linux_MS_RDONLY), "nosuid": (true, linux_MS_NOSUID),
    "suid": (false, linux_MS_NOSUID), "nodev": (true, linux_MS_NODEV), "dev": (false, linux_MS_NODEV),
    "noexec": (true, linux_MS_NOEXEC), "exec": (false, linux_MS_NOEXEC), "sync": (true, linux_MS_SYNCHRONOUS),
    "async": (false, linux_MS_SYNCHRONOUS), "dirsync": (true, linux_MS_DIRSYNC), "mand": (true, linux_MS_MANDLOCK),
    "nomand": (false, linux_MS_MANDLOCK), "noatime": (true, linux_MS_NOATIME), "atime": (false, linux_MS_NOATIME),
    "nodiratime": (true, linux_MS_NODIRATIME), "diratime": (false, linux_MS_NODIRATIME),
    "relatime": (true, linux_MS_RELATIME), "norelatime": (false, linux_MS_RELATIME),
    "strictatime": (true, linux_MS_STRICTATIME), "nostrictatime": (false, linux_MS_STRICTATIME),
  ]

  package init(_ text: String) {
    for option in text.split(separator: ",").map(String.init) {
      switch option {
      case "defaults": continue
      case "bind": isBind = true
      case "rbind": (isBind, isRecursive) = (true, true)
      default:
        guard let meaning = Self.meanings[option] else {
          data.append(option)
          continue
        }
        if meaning.set { flags |= meaning.flag } else { flags &= ~meaning.flag }
      }
    }
  }

  /// Replaces the value of `name=…`.
  package mutating func replace(_ name: String, with value: String) {
    data = data.map { $0.hasPrefix("\(name)=") ? "\(name)=\(value)" : $0 }
  }

  package func value(of name: String) -> String? {
    data.first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.utf8.count + 1)) }
  }
}

extension Mounts {
  /// Mounts a file system, or makes a bind mount, with parsed options.
  package static func mount(
    _ device: String, at target: String, type: String, _ options: MountOptions
  ) throws(SystemCallError) {
    guard !options.isBind else {
      return try bind(
        device, at: target, recursive: options.isRecursive, flags: Flags(rawValue: options.flags))
    }
    let data = options.data.joined(separator: ",")
    try mount(
      type: type, source: device, at: target, flags: Flags(rawValue: options.flags),
      options: data.isEmpty ? nil : data)
  }
}
