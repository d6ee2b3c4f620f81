/// Where a copy goes, by the rules of `docker cp`: into an existing folder, or to a new name in the parent folder.
struct CopyDestination: Equatable, Sendable {
  /// The folder to write to.
  let folder: CopyPath
  /// The name of the copy in the folder; `nil` when the source's contents go into the folder itself.
  let name: String?

  /// - Parameters:
  ///   - target: the path that the user gave.
  ///   - targetIsFolder: `nil` when the target does not exist.
  ///   - sourceName: the last component of the source's path.
  /// - Throws: ``CommandFailure`` when source and target do not fit.
  init(
    target: CopyPath, targetIsFolder: Bool?, sourceName: String, sourceIsFolder: Bool, sourceMeansContent: Bool
  ) throws(CommandFailure) {
    switch targetIsFolder {
    case true?:
      folder = target
      name = sourceMeansContent ? nil : sourceName
    case false?:
      guard !sourceIsFolder else { throw CommandFailure("cannot copy directory") }
      guard !target.meansFolder else { throw CommandFailure("not a directory") }
      folder = target.parent
      name = target.name
    case nil:
      guard sourceIsFolder || !target.meansFolder else { throw CommandFailure("no such directory") }
      folder = target.parent
      name = target.name
    }
  }
}
