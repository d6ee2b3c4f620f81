import Glibc

/// Files that fit in memory.
enum SmallFile {
  static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return bytes }
      if count > 0 {
        bytes += buffer.prefix(count)
      } else if errno != EINTR {
        throw failure(path)
      }
    }
  }

  static func failure(_ path: String) -> CommandFailure {
    CommandFailure("open \(path): \(String(cString: strerror(errno)).lowercased())")
  }
}

/// The file of `--cidfile`: made before the container so that a path that cannot be is said in time, and never written over.
struct IdentifierFile: Sendable {
  private let path: String
  private let descriptor: Int32

  init(path: String) throws(UsageError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      guard errno == EEXIST else {
        throw .value("failed to create the container ID file: \(SmallFile.failure(path).message)")
      }
      throw .value(
        "container ID file found, make sure the other container isn't running or delete \(path)")
    }
    self.path = path
    self.descriptor = descriptor
  }

  func write(_ id: String) throws(CommandFailure) {
    defer { close(descriptor) }
    guard Descriptor(number: descriptor).write(id) else { throw SmallFile.failure(path) }
  }
}
