import Glibc

/// How files are copied into a container.
struct UnpackingRules {
  /// Where in the root the archive's own root is.
  var base = ArchivePath.root
  /// A folder never takes the place of something else, nor something else that of a folder.
  var keepsKinds = false
  /// Whose everything shall be; `nil`: as the archive says.
  var owner: (user: uid_t, group: gid_t)?

  func apply(to entry: inout ArchiveEntry) {
    entry.path = ArchivePath(names: base.names + entry.path.names)
    if case .hardLink(let target) = entry.kind {
      entry.kind = .hardLink(target: ArchivePath(names: base.names + target.names))
    }
    if let owner { (entry.owner, entry.group) = (owner.user, owner.group) }
  }
}
