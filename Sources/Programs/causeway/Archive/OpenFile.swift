import Glibc

/// An open file that is being archived. `deinit` closes it.
final class OpenFile: Sendable {
  let number: Int32
  /// The number of padding bytes that follow the contents.
  let padding: Int

  init(_ path: String, size: Int64) throws(CommandFailure) {
    number = open(path, O_RDONLY | O_CLOEXEC)
    padding = TarFormat.padding(size)
    guard number >= 0 else { throw LocalFile.failure(path) }
  }

  deinit {
    if number >= 0 { close(number) }
  }
}
