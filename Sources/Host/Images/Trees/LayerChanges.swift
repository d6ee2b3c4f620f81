import CArchive
import CLinux
import EngineModel
import Glibc
import Kernel

/// Finds a container's changes from its upper layer. For a dedicated thread.
struct LayerChanges {
  /// Mount points that the OCI runtime creates. An empty one is not a change of the container's.
  private static let mountPoints: Set<String> = [
    ".dockerenv", "dev", "dev/console", "dev/mqueue", "dev/pts", "dev/shm", "etc/hostname", "etc/hosts", "etc/mtab",
    "etc/resolv.conf", "proc", "sys",
  ]

  private let root: ContainerRootFS
  private let lower: [OwnedDescriptor]

  init(of root: ContainerRootFS) throws {
    self.root = root
    lower = try root.lower.map { try OwnedDescriptor(path: $0, flags: linux_O_PATH | O_DIRECTORY) }
  }

  /// Sorted by path. A folder is listed if its own attributes changed or it contains a change.
  func all() throws -> [FileChange] {
    var changes: [FileChange] = []
    // Folders that are listed only if a change follows inside.
    var pending: [FileChange] = []
    try TreeWalk(root.upper).forEach { item in
      guard !item.path.isRoot else { return true }
      let path = "/\(item.path.relativeText)"
      let lowerStatus = try status(item.path)
      pending.removeAll { !path.hasPrefix("\($0.path)/") }
      if item.isWhiteout {
        guard lowerStatus != nil else { return false }
        changes += pending + [FileChange(path: path, kind: .deleted)]
        pending = []
        return false
      }
      guard let lowerStatus else {
        if isMountPoint(item) {
          pending.append(FileChange(path: path, kind: .added))
          return true
        }
        changes += pending + [FileChange(path: path, kind: .added)]
        pending = []
        return true
      }
      let change = FileChange(path: path, kind: .modified)
      let isSame =
        item.isFolder && lowerStatus.st_mode == item.status.st_mode && lowerStatus.st_uid == item.status.st_uid
        && lowerStatus.st_gid == item.status.st_gid
      let hidden = try item.isFolder ? hiddenNames(item) : []
      if isSame, hidden.isEmpty {
        pending.append(change)
      } else {
        changes += pending + [change] + hidden.map { FileChange(path: "/\($0.relativeText)", kind: .deleted) }
        pending = []
      }
      return true
    }
    return changes.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// The image's names in a folder that the container replaced by a new one (opaque folder).
  private func hiddenNames(_ item: TreeWalk.Item) throws -> [ArchivePath] {
    let folder = try item.open()
    var value: UInt8 = 0
    guard fgetxattr(folder.number, "trusted.overlay.opaque", &value, 1) == 1 else { return [] }
    let present = Set(try TreeRemoval.names(in: folder.number))
    var names: Set<[CChar]> = []
    for layer in lower {
      let number = linux_openat2(
        layer.number, item.path.cString, O_RDONLY | O_DIRECTORY, 0,
        linux_RESOLVE_BENEATH | linux_RESOLVE_NO_SYMLINKS)
      guard number >= 0 else { continue }
      let lowerFolder = OwnedDescriptor(adopting: number)
      names.formUnion(try TreeRemoval.names(in: lowerFolder.number))
    }
    return try names.subtracting(present).map { name in
      ArchivePath(names: item.path.names + [name.dropLast().map { UInt8(bitPattern: $0) }])
    }.filter { try status($0) != nil }
  }

  private func isMountPoint(_ item: TreeWalk.Item) -> Bool {
    Self.mountPoints.contains(item.path.relativeText) && (item.isFolder || item.status.st_size == 0)
  }

  /// The image's entry at a path; `nil` if there is none.
  private func status(_ path: ArchivePath) throws -> stat? {
    layers: for layer in lower {
      var hidesLowerLayers = false
      for count in 1...path.names.count {
        let part = ArchivePath(names: Array(path.names.prefix(count)))
        let number = linux_openat2(
          layer.number, part.cString, linux_O_PATH | O_NOFOLLOW, 0,
          linux_RESOLVE_BENEATH | linux_RESOLVE_NO_SYMLINKS)
        guard number >= 0 else {
          if hidesLowerLayers { return nil }
          continue layers
        }
        let found = OwnedDescriptor(adopting: number)
        var status = stat()
        try checked("fstat", part.relativeText) { fstat(found.number, &status) }
        if status.st_mode & S_IFMT == S_IFCHR, status.st_rdev == 0 { return nil }
        if count == path.names.count { return status }
        guard status.st_mode & S_IFMT == S_IFDIR else { return nil }
        var value: UInt8 = 0
        if getxattr("/proc/self/fd/\(found.number)", "trusted.overlay.opaque", &value, 1) == 1 {
          hidesLowerLayers = true
        }
      }
    }
    return nil
  }
}
