import Glibc

/// How to copy files into a container.
struct CopyOptions {
  /// The archive's root, as a path below the extraction root.
  var base = ArchivePath.root
  /// A folder does not replace a non-folder, nor the other way round.
  var keepsEntryKinds = false
  /// The owner of every file; `nil`: as the archive says.
  var owner: (user: uid_t, group: gid_t)?

  func apply(to entry: inout ArchiveEntry) {
    entry.path = ArchivePath(names: base.names + entry.path.names)
    if case .hardLink(let target) = entry.kind {
      entry.kind = .hardLink(target: ArchivePath(names: base.names + target.names))
    }
    if let owner { (entry.owner, entry.group) = (owner.user, owner.group) }
  }
}
