import Glibc
import Kernel
import Synchronization

/// The root file system of the test image, made from Debian's busybox-static, once per test process.
enum BusyboxImage {
  private static let tar = Task<OwnedDescriptor, any Error> {
    let script = "\(Binaries.package)/Scripts/busybox-image"
    let file = try ScratchFile.make()
    let child = try ChildProcess(
      ChildProcess.Specification(path: script, arguments: [script], descriptors: [1: file.number]))
    guard try await child.exit().isSuccess else { throw MissingImage() }
    return file
  }

  /// The path of the tar, readable in every host.
  static func path() async throws -> String {
    "/proc/\(getpid())/fd/\(try await tar.value.number)"
  }

  static func bytes() async throws -> [UInt8] {
    let file = try await tar.value
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = pread(file.number, &buffer, buffer.count, bytes.count)
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
  }
}

struct MissingImage: Error, CustomStringConvertible {
  var description: String { "Scripts/busybox-image failed: is busybox-static installed?" }
}
