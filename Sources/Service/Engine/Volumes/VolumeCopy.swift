import EngineModel
import Glibc
import Images
import Kernel

extension Engine {
  /// Fills an empty volume with what the image has at the place where it is mounted, owners and modes included, as
  /// Docker does at a volume's first use.
  ///
  /// - Parameters:
  ///   - root: of the container, mounted. No link in it leads the copy out.
  func fill(_ volume: Volume, from destination: String, in root: String) async throws {
    let source = try await onDedicatedThread("volume-copy") { () -> OwnedDescriptor? in
      guard folderIsEmpty(volume.mountpoint) else { return nil }
      return try ContainerTree.at(root).folder(at: destination)
    }
    guard let source else { return }
    let copy = try Tool("cp", package: "coreutils")
    let output = try await copy.run([
      "-a", "--no-target-directory", "/proc/\(getpid())/fd/\(source.number)/.", volume.mountpoint,
    ])
    try output.requireSuccess("filling volume \(volume.name)")
    withExtendedLifetime(source) {}
  }
}

private func folderIsEmpty(_ path: String) -> Bool {
  guard let folder = opendir(path) else { return false }
  defer { closedir(folder) }
  var count = 0
  while readdir(folder) != nil { count += 1 }
  return count <= 2
}
