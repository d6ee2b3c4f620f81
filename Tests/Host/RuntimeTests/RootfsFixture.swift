import Glibc
import Kernel

@testable import Runtime

/// A root file system with only busybox, and folders for a test. Releasing it removes them.
final class RootfsFixture: Sendable {
  let folder: String
  var rootfs: String { "\(folder)/rootfs" }
  var execRoot: String { "\(folder)/run" }

  init() throws {
    var template = Array("/tmp/runtime-test-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw SystemCallError.last("mkdtemp") }
    folder = String(cString: made)
    for name in ["bin", "etc", "proc", "sys", "dev", "tmp"] {
      try makeDirectories("\(rootfs)/\(name)", mode: 0o755)
    }
    try SmallFile.write("\(rootfs)/bin/busybox", try Self.bytes("/bin/busybox"), mode: 0o755)
    for name in [
      "sh", "echo", "cat", "sleep", "true", "id", "dd", "tty", "stty", "kill", "seq", "ls", "ulimit", "hostname",
    ] {
      symlink("busybox", "\(rootfs)/bin/\(name)")
    }
    try SmallFile.write(
      "\(rootfs)/etc/passwd", Array("root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n".utf8),
      mode: 0o644)
    try SmallFile.write(
      "\(rootfs)/etc/group", Array("root:x:0:\nalice:x:1000:\naudio:x:29:alice\nvideo:x:44:\n".utf8), mode: 0o644)
  }

  deinit {
    try? SmallFile.removeTree(folder)
  }

  private static func bytes(_ path: String) throws -> [UInt8] {
    let file = try OwnedDescriptor(path: path, flags: O_RDONLY)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(file.number, &buffer, buffer.count)
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
  }
}
