import EngineModel
import Glibc
import Kernel

extension Engine {
  /// Bytes that the files below a folder take up.
  static func sizeOfFolder(_ path: String) async throws -> Int64 {
    try await onDedicatedThread("folder-size") { treeSize(path) }
  }

  /// Fills an empty volume with what the image has at the place where it is mounted, owners and modes included, as
  /// Docker does at a volume's first use.
  ///
  /// - Parameters:
  ///   - root: of the container, mounted.
  func fill(_ volume: Volume, from destination: String, in root: String) async throws {
    let source = root + destination
    // A link in the image must not lead the copy out of it.
    guard access(source, F_OK) == 0, isFolder(source), treeIsEmpty(volume.mountpoint) else { return }
    let copy = try Tool("cp", package: "coreutils")
    let output = try await copy.run(["-a", "--no-target-directory", source, volume.mountpoint])
    try output.requireSuccess("filling volume \(volume.name)")
  }
}

private func isFolder(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

private func treeIsEmpty(_ path: String) -> Bool {
  guard let folder = opendir(path) else { return false }
  defer { closedir(folder) }
  var count = 0
  while readdir(folder) != nil { count += 1 }
  return count <= 2
}

func treeSize(_ path: String) -> Int64 {
  var status = stat()
  guard lstat(path, &status) == 0 else { return 0 }
  var size = Int64(status.st_blocks) * 512
  guard status.st_mode & S_IFMT == S_IFDIR, let folder = opendir(path) else { return size }
  defer { closedir(folder) }
  while let entry = readdir(folder) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { size += treeSize("\(path)/\(name)") }
  }
  return size
}
