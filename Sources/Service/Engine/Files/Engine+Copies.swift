import EngineModel
public import Images
public import Kernel
import Runtime

extension Engine {
  /// What is at a path in a container.
  ///
  /// - Throws: `notFound` in Docker's words.
  public func pathStatus(in reference: String, _ path: String) async throws -> PathStatus {
    try await status(of: path, in: try await viewFiles(of: reference), reference)
  }

  /// Begins to copy something out of a container.
  ///
  /// - Returns: what it is, and what writes it as an archive; the container may be removed meanwhile.
  public func copyOut(
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

  /// Unpacks an archive in a container's folder.
  ///
  /// - Parameters:
  ///   - keepsKinds: a folder never takes the place of something else, nor the other way round.
  ///   - ownedByUser: everything shall belong to the container's user.
  public func copyIn(
    to reference: String, _ path: String, _ archive: ArchiveInput, keepsKinds: Bool, ownedByUser: Bool
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
      try await view.tree.unpack(archive, into: path, keepsKinds: keepsKinds, owner: owner)
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
