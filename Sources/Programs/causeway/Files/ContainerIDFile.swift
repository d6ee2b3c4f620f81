import Glibc

/// The file of `--cidfile`. It is created before the container, so that a bad path is reported early, and it never
/// overwrites a file.
struct ContainerIDFile: Sendable {
  private let path: String
  private let descriptor: Int32

  init(path: String) throws(UsageError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      guard errno == EEXIST else {
        throw .value("failed to create the container ID file: \(LocalFile.failure(path).message)")
      }
      throw .value(
        "container ID file found, make sure the other container isn't running or delete \(path)")
    }
    self.path = path
    self.descriptor = descriptor
  }

  func write(_ id: String) throws(CommandFailure) {
    defer { close(descriptor) }
    guard Descriptor(number: descriptor).write(id) else { throw LocalFile.failure(path) }
  }
}
