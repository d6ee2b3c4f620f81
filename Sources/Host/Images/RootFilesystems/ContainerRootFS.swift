import CArchive
import CLinux
import EngineModel
import Glibc
import Kernel

/// A container's root file system: an overlay of its image's layers and a writable layer.
///
/// The folder `rootfs` in the container's folder contains `upper` (the container's changes), `work` (for overlayfs),
/// `merged` (the mount point) and `layers` (the ChainIDs of the lower layers). All calls block; use a dedicated thread.
/// Mounting and unmounting are idempotent.
package struct ContainerRootFS: Sendable, Hashable {
  /// The container's folder. It may contain other things.
  package let containerFolder: String
  /// Folders of the lower layers, topmost first.
  package let lower: [String]

  /// The mount point of the container's root.
  package var merged: String { "\(folder)/merged" }
  package var upper: String { "\(folder)/upper" }
  var work: String { "\(folder)/work" }
  private var layersFile: String { "\(folder)/layers" }

  private var folder: String { "\(containerFolder)/rootfs" }

  init(containerFolder: String, lower: [String]) {
    self.containerFolder = containerFolder
    self.lower = lower
  }

  /// Creates the folders. The container's folder may exist already.
  func create(chainIDs: [Digest]) throws {
    for path in [containerFolder, folder] where mkdir(path, 0o710) != 0 && errno != EEXIST {
      throw SystemCallError.last("mkdir", path)
    }
    try AtomicFile.write(layersFile, Array(chainIDs.map { "\($0)\n" }.joined().utf8), isDurable: false)
    for path in [upper, work, merged] where mkdir(path, 0o755) != 0 && errno != EEXIST {
      throw SystemCallError.last("mkdir", path)
    }
    // Programs find out by this file that they are in a container. It is no change of the container's.
    let marker = open("\(upper)/.dockerenv", O_WRONLY | O_CREAT | O_CLOEXEC, 0o755)
    guard marker >= 0 else { throw SystemCallError.last("open", "\(upper)/.dockerenv") }
    close(marker)
    // An overlay's root has the attributes of its topmost layer.
    var status = stat()
    if let top = lower.first {
      try checked("stat", top) { stat(top, &status) }
      try checked("chown", upper) { chown(upper, status.st_uid, status.st_gid) }
    }
    let mode = lower.isEmpty ? 0o755 : status.st_mode & 0o7777
    try checked("chmod", upper) { chmod(upper, mode) }
  }

  /// Independent of the host's defaults: the engine reads upper layers without a mount, and several containers share
  /// the lower layers.
  private static let options = ["redirect_dir=off", "metacopy=off", "index=off"]

  /// Mounts it in the process's mount namespace.
  package func mount() throws {
    if isMounted { return }
    if lower.isEmpty { return try Mounts.bind(upper, at: merged) }
    try Self.mountOverlay(lower, upper: upper, work: work, at: merged)
  }

  /// - Parameters:
  ///   - upper, work: `nil`: a read-only mount.
  static func mountOverlay(_ lower: [String], upper: String?, work: String?, at target: String) throws {
    // The options must fit in one page (mount(2)). An image may have up to 127 layers.
    let length = lower.reduce((upper?.utf8.count ?? 0) + (work?.utf8.count ?? 0) + 128) { $0 + $1.utf8.count + 1 }
    if length < 4000 {
      return try Mounts.mountOverlay(lower: lower, upper: upper, work: work, at: target, options: options)
    }
    // Paths through open descriptors are short.
    let open = try lower.map { try OwnedDescriptor(path: $0, flags: linux_O_PATH | O_DIRECTORY) }
    try Mounts.mountOverlay(
      lower: open.map { "/proc/self/fd/\($0.number)" }, upper: upper, work: work, at: target, options: options)
    withExtendedLifetime(open) {}
  }

  /// Whether `merged` is on another file system than its folder.
  package var isMounted: Bool {
    var (inner, outer) = (stat(), stat())
    guard stat(merged, &inner) == 0, stat(folder, &outer) == 0 else { return false }
    return lower.isEmpty ? false : inner.st_dev != outer.st_dev
  }

  /// Detaches the mount at once. Processes that still use it keep it.
  package func unmount() throws {
    while try Mounts.unmount(merged) {}
  }

  /// Removes everything that ``create(chainIDs:)`` made, and the container's folder if it is empty then.
  ///
  /// - Parameter trash: the path to move the files to. Removing many files takes long, so another task does it.
  func remove(to trash: String) throws {
    // After this, the trash contains no mount point, so emptying it cannot reach other file systems.
    try unmount()
    if rename(folder, trash) != 0, errno != ENOENT {
      guard errno == EXDEV else { throw SystemCallError.last("rename", folder) }
      try TreeRemoval.remove(path: folder)
    }
    rmdir(containerFolder)
  }

  // MARK: State on the disk

  /// The ChainIDs of each container's layers, bottom first.
  static func chainIDs(below containersPath: String) throws -> [(container: String, chainIDs: [Digest])] {
    let folder = try OwnedDescriptor(path: containersPath, flags: O_RDONLY | O_DIRECTORY)
    return try TreeRemoval.names(in: folder.number).compactMap { name in
      let container = TreeRemoval.text(name)
      return chainIDs(in: "\(containersPath)/\(container)").map { (container, $0) }
    }
  }

  static func chainIDs(in folder: String) -> [Digest]? {
    guard let text = try? readFile("\(folder)/rootfs/layers") else { return nil }
    return text.split(separator: "\n").compactMap { Digest(String($0)) }
  }
}
