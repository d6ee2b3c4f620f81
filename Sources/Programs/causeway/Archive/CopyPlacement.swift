/// Where a copy goes, by the rules of `docker cp`: into a folder that is there, or to a name in the folder above.
struct CopyPlacement: Equatable, Sendable {
  /// The folder that is written to.
  let folder: CopyPath
  /// The name that the copy takes in it; `nil`: the source's content goes into the folder itself.
  let name: String?

  /// - Parameters:
  ///   - target: where the copy shall go.
  ///   - targetIsFolder: `nil` when there is nothing at the target.
  ///   - sourceName: the last name of the source.
  /// - Throws: ``CommandFailure`` when it cannot go there.
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
