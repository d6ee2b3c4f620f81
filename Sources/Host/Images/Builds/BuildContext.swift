public import EngineModel
import Glibc
import Kernel

/// A build's context, unpacked. Its files are removed with it.
public struct BuildContext: Sendable {
  let folder: BuildFolder

  /// A file of the context.
  ///
  /// - Parameter path: relative to the context's root, out of which no link leads.
  /// - Throws: `invalidParameter` in Docker's words when there is none.
  public func dockerfile(_ path: String) throws(EngineError) -> [UInt8] {
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
  /// Unpacks a build's context: files of a stranger, which all become root's, as Docker has it.
  ///
  /// - Throws: `invalidParameter` for a damaged or hostile archive.
  public func buildContext(_ input: ArchiveInput) async throws -> BuildContext {
    let (root, limits) = (builder.root, limits)
    let folder = try await input.withSource { source in
      let folder = try BuildFolder(below: root)
      let plain = try DecompressingSource(source, limit: limits.bytes)
      let target = try OwnedDescriptor(path: folder.context, flags: O_RDONLY | O_DIRECTORY)
      try checked("fchmod") { fchmod(target.number, 0o755) }
      let rules = UnpackingRules(owner: (0, 0))
      do {
        try TreeUnpacking(plain, into: RootFolder(target), limits: limits, .copy(rules)).run()
        try plain.drain()
        try source.drain()
      } catch {
        // A client that still sends would not see the answer.
        try? source.drain(limit: 64 << 20)
        throw error
      }
      return folder
    }
    return BuildContext(folder: folder)
  }
}
