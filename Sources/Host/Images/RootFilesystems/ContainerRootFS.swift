import CArchive
import CLinux
import EngineModel
import Glibc
import Kernel

/// A container's root file system: an overlay of its image's layers and a layer of its own.
///
/// In `rootfs` below the container's own folder: `upper` (what the container has changed), `work` (overlayfs's own),
/// `merged` (where it is mounted), `layers` (what it stands on). All calls block: use them on a thread that may. They may be
/// called again: mounting what is mounted and unmounting what is not do nothing.
public struct ContainerRootFS: Sendable, Hashable {
  /// The container's own folder, which may hold what is not this type's business.
  public let containerFolder: String
  /// Folders of the unpacked layers, topmost first.
  public let lower: [String]

  /// Where the container's `/` is while it is mounted.
  public var merged: String { "\(folder)/merged" }
  public var upper: String { "\(folder)/upper" }
  var work: String { "\(folder)/work" }
  private var layersFile: String { "\(folder)/layers" }

  private var folder: String { "\(containerFolder)/rootfs" }

  init(containerFolder: String, lower: [String]) {
    self.containerFolder = containerFolder
    self.lower = lower
  }

  /// Makes the folders. The container's folder itself may be there already.
  func create(chain: [Digest]) throws {
    for path in [containerFolder, folder] where mkdir(path, 0o710) != 0 && errno != EEXIST {
      throw SystemCallError.last("mkdir", path)
    }
    try SafeFile.write(layersFile, Array(chain.map { "\($0)\n" }.joined().utf8), isDurable: false)
    for path in [upper, work, merged] where mkdir(path, 0o755) != 0 && errno != EEXIST {
      throw SystemCallError.last("mkdir", path)
    }
    // The root of an overlay has the attributes of its topmost layer.
    var status = stat()
    if let top = lower.first {
      try checked("stat", top) { stat(top, &status) }
      try checked("chown", upper) { chown(upper, status.st_uid, status.st_gid) }
    }
    let mode = lower.isEmpty ? 0o755 : status.st_mode & 0o7777
    try checked("chmod", upper) { chmod(upper, mode) }
  }

  /// Whatever the host's defaults are: the upper layer must mean the same to those who read it without a mount, and
  /// several containers stand on the same layers.
  private static let options = ["redirect_dir=off", "metacopy=off", "index=off"]

  /// Mounts it in the process's mount namespace.
  public func mount() throws {
    if isMounted { return }
    if lower.isEmpty { return try Mounts.bind(upper, at: merged) }
    try Self.mountOverlay(lower, upper: upper, work: work, at: merged)
  }

  /// - Parameters:
  ///   - upper, work: `nil`: nothing can be written.
  static func mountOverlay(_ lower: [String], upper: String?, work: String?, at target: String) throws {
    // All options together must fit in a page (mount(2)); the longest image format allows 127 layers.
    let length = lower.reduce((upper?.utf8.count ?? 0) + (work?.utf8.count ?? 0) + 128) { $0 + $1.utf8.count + 1 }
    if length < 4000 {
      return try Mounts.mountOverlay(lower: lower, upper: upper, work: work, at: target, options: options)
    }
    // Open folders have names of a few bytes, wherever they are.
    let open = try lower.map { try OwnedDescriptor(path: $0, flags: linux_O_PATH | O_DIRECTORY) }
    try Mounts.mountOverlay(
      lower: open.map { "/proc/self/fd/\($0.number)" }, upper: upper, work: work, at: target, options: options)
    withExtendedLifetime(open) {}
  }

  /// It is a file system other than that of its folder.
  public var isMounted: Bool {
    var (inner, outer) = (stat(), stat())
    guard stat(merged, &inner) == 0, stat(folder, &outer) == 0 else { return false }
    return lower.isEmpty ? false : inner.st_dev != outer.st_dev
  }

  /// Takes it away from the tree at once; what still uses it keeps it until it lets go.
  public func unmount() throws {
    while try Mounts.unmount(merged) {}
  }

  /// Takes all that ``create(chain:)`` made away, and the container's folder if nothing else is in it.
  ///
  /// - Parameter trash: a place to move it to, for others to remove: many files take long.
  func remove(to trash: String) throws {
    // Not a mount any more once this returns, so nothing that lies elsewhere is in the trash.
    try unmount()
    if rename(folder, trash) != 0, errno != ENOENT {
      guard errno == EXDEV else { throw SystemCallError.last("rename", folder) }
      try TreeRemoval.remove(path: folder)
    }
    rmdir(containerFolder)
  }

  // MARK: What is on the disk

  /// The chain of each container's layers, bottom first.
  static func layers(below containersPath: String) throws -> [(container: String, chain: [Digest])] {
    let folder = try OwnedDescriptor(path: containersPath, flags: O_RDONLY | O_DIRECTORY)
    return try TreeRemoval.names(in: folder.number).compactMap { name in
      let container = TreeRemoval.text(name)
      return layers(in: "\(containersPath)/\(container)").map { (container, $0) }
    }
  }

  static func layers(in folder: String) -> [Digest]? {
    guard let text = try? readFile("\(folder)/rootfs/layers") else { return nil }
    return text.split(separator: "\n").compactMap { Digest(String($0)) }
  }
}
