import CLinux
import Glibc
import Kernel

/// Watches a process of the OCI runtime until it executes the container's program.
struct ProgramWatch: Sendable {
  /// A file of the host or of a container.
  private struct File: Sendable, Hashable {
    var device: dev_t
    var inode: ino_t
  }

  private let process: OwnedDescriptor
  private let path: String
  private let runtime: File

  /// Call it while the process waits for its start.
  ///
  /// - Returns: `nil` if the process has ended.
  init?(_ bundle: RuntimeLayout.Bundle) {
    guard let process = ContainerRuntime.processDescriptor(bundle), let pid = SmallFile.number(bundle.processPid)
    else { return nil }
    let path = "/proc/\(pid)/exe"
    guard let runtime = Self.file(path) else { return nil }
    (self.process, self.path, self.runtime) = (process, path, runtime)
  }

  /// The file behind a link of proc(5), which may be deleted or in another mount namespace.
  private static func file(_ path: String) -> File? {
    var status = stat()
    return stat(path, &status) == 0 ? File(device: status.st_dev, inode: status.st_ino) : nil
  }

  /// Returns when the process executes another program than the OCI runtime, or has ended; at the latest after about ten
  /// seconds. The kernel has no notification for an execve(2) of another process, so it looks often.
  func execution() async {
    for attempt in 0..<10_000 {
      guard !ContainerRuntime.hasEnded(process), Self.file(path) == runtime else { return }
      try? await Task.sleep(for: .microseconds(attempt < 50 ? 50 : 1_000))
    }
  }
}
