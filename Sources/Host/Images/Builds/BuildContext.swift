package import EngineModel
import Glibc
import Kernel

/// An unpacked build context. Releasing it removes its files.
package struct BuildContext: Sendable {
  let folder: BuildFolder

  /// Reads a file of the context.
  ///
  /// - Parameter path: relative to the context's root. Links do not lead outside.
  /// - Throws: `invalidParameter` in Docker's words if there is no such file.
  package func dockerfile(_ path: String) throws(EngineError) -> [UInt8] {
    let missing = EngineError(.invalidParameter, "Cannot locate specified Dockerfile: \(path)")
    do {
      let root = try OwnedDescriptor(path: folder.context, flags: O_RDONLY | O_DIRECTORY)
      return try ContextFile.read(path, in: root)
    } catch {
      throw error as? EngineError ?? missing
    }
  }
}

extension ImageStore {
  /// Unpacks a build context. The archive is untrusted; as in Docker, every file belongs to root.
  ///
  /// - Throws: `invalidParameter` for a damaged or malicious archive.
  package func buildContext(_ input: ArchiveInput) async throws -> BuildContext {
    let (root, limits) = (builder.root, limits)
    let folder = try await input.withSource { source in
      let folder = try BuildFolder(below: root)
      let plain = try DecompressingSource(source, limit: limits.bytes)
      let target = try OwnedDescriptor(path: folder.context, flags: O_RDONLY | O_DIRECTORY)
      try checked("fchmod") { fchmod(target.number, 0o755) }
      let rules = CopyOptions(owner: (0, 0))
      do {
        try TreeUnpacker(plain, into: ExtractionRoot(target), limits: limits, .copy(rules)).run()
        try plain.drain()
        try source.drain()
      } catch {
        // A client sees the answer only after it has sent its whole request.
        try? source.drain(limit: 64 << 20)
        throw error
      }
      return folder
    }
    return BuildContext(folder: folder)
  }
}
