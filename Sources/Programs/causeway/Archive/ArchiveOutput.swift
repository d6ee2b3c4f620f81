import EngineClient
import Glibc

/// Writes the archive of `save` or `export` to standard output or to a file. The file gets its name only when it is
/// complete.
struct ArchiveOutput {
  let path: String?
  let verb: String

  /// - Parameter open: requests the archive. Called after the output file is open.
  func write(_ open: () async throws -> ByteChunks) async throws {
    guard let path else {
      guard !Descriptor.output.isTerminal else {
        throw CommandFailure("cowardly refusing to save to a terminal. Use the -o flag or redirect")
      }
      for try await chunk in try await open() { Descriptor.output.write(chunk) }
      return
    }
    let partial = path + ".partial"
    let number = Glibc.open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw LocalFile.failure(path) }
    do {
      var progress = ByteProgress(verb: verb, object: path)
      for try await chunk in try await open() {
        guard Descriptor(number: number).write(chunk) else { throw LocalFile.failure(path) }
        progress.add(chunk.count)
      }
      progress.clear()
      guard close(number) == 0, rename(partial, path) == 0 else { throw LocalFile.failure(path) }
    } catch {
      unlink(partial)
      throw error
    }
  }
}
