package import EngineModel
import Images
package import Kernel
import Runtime

extension Engine {
  /// The status of a path in a container.
  ///
  /// - Throws: `notFound` in Docker's words.
  package func pathStatus(in reference: String, _ path: String) async throws -> PathStatus {
    try await status(of: path, in: try await viewFiles(of: reference), reference)
  }

  /// Prepares a copy out of a container.
  ///
  /// - Returns: the status of the path, and a function that writes the archive; the container may be removed before that.
  package func copyOut(
    of reference: String, _ path: String
  ) async throws -> (PathStatus, @Sendable (OwnedDescriptor) async throws -> Void) {
    let view = try await viewFiles(of: reference)
    let status = try await status(of: path, in: view, reference)
    emit("archive-path", view.container)
    return (
      status,
      { descriptor in
        try await onDedicatedThread("copying") { try view.tree.write(path, to: descriptor) }
      }
    )
  }

  /// Unpacks an archive into a folder of a container.
  ///
  /// - Parameters:
  ///   - keepsEntryKinds: a folder does not replace another kind of file, nor the other way round.
  ///   - ownedByUser: the container's user becomes the owner of every file.
  package func copyIn(
    to reference: String, _ path: String, _ archive: ByteStream, keepsEntryKinds: Bool, ownedByUser: Bool
  ) async throws {
    let view = try await viewFiles(of: reference)
    var owner: (UInt32, UInt32)?
    let user = view.container.configuration.user
    if ownedByUser, !user.isEmpty {
      let resolved = try await onDedicatedThread("accounts") {
        try AccountFiles.read(rootfs: view.tree.path).resolve(user)
      }
      owner = (resolved.uid, resolved.gid)
    }
    do {
      try await view.tree.unpack(.stream(archive), into: path, keepsEntryKinds: keepsEntryKinds, owner: owner)
    } catch let error as EngineError where error.code == .notFound {
      throw Self.missing(path, reference)
    }
    emit("extract-to-dir", view.container)
  }

  private func status(of path: String, in view: FileView, _ reference: String) async throws -> PathStatus {
    do {
      return try await onDedicatedThread("copying") { try view.tree.status(path) }
    } catch let error as EngineError where error.code == .notFound {
      throw Self.missing(path, reference)
    }
  }

  private static func missing(_ path: String, _ reference: String) -> EngineError {
    EngineError(.notFound, "Could not find the file \(path) in container \(reference)")
  }
}
