import CArchive
import CLinux
import EngineModel
import Glibc
public import Kernel

extension ContainerTree {
  /// Writes what is at a path as an archive, as `docker cp` reads it: names begin with the path's last part.
  ///
  /// - Parameter descriptor: open for writing, a blocking one. It is not closed.
  public func write(_ text: String, to descriptor: OwnedDescriptor) throws {
    ArchiveHandle.useUTF8OnThisThread()
    let path = try resolve(text, followsLast: false)
    let status = try status(path)
    if status.st_mode & S_IFMT == S_IFDIR {
      let archive = try TreeArchive(to: descriptor, isLayer: false, prefix: Array(ScopedPath.base(text).utf8))
      try TreeWalk(try open(path, O_RDONLY | O_DIRECTORY)).forEach { item in
        try archive.add(item)
        return true
      }
      return try archive.close()
    }
    let archive = try TreeArchive(to: descriptor, isLayer: false)
    let folder = try open(path.parent, linux_O_PATH | O_DIRECTORY)
    try archive.add(TreeWalk.Item(path: ArchivePath(names: [path.last]), folder: folder, status: status))
    try archive.close()
  }

  /// Unpacks an archive into a folder.
  ///
  /// - Parameters:
  ///   - input: plain or compressed.
  ///   - keepsKinds: a folder never takes the place of something else, nor the other way round.
  ///   - owner: whose everything shall be; `nil`: as the archive says.
  /// - Throws: `notFound` when the folder is not there; `invalidParameter` when it is none, cannot be written to, or the
  ///   archive is damaged or wants to get out of it.
  public func unpack(
    _ input: ArchiveInput, into text: String, keepsKinds: Bool, owner: (user: UInt32, group: UInt32)? = nil,
    limits: ArchiveLimits = ArchiveLimits()
  ) async throws {
    try await input.withSource { source in
      do {
        let rules = UnpackingRules(base: try folder(text), keepsKinds: keepsKinds, owner: owner)
        let plain = try DecompressingSource(source, limit: limits.bytes)
        try TreeUnpacking(plain, into: RootFolder(root), limits: limits, .copy(rules)).run()
        try plain.drain()
        // What follows the end mark is nothing, but whoever sends it wants it taken.
        try source.drain()
      } catch {
        // A client that still sends would not see the answer.
        try? source.drain(limit: 8 << 20)
        throw error
      }
    }
  }

  private func folder(_ text: String) throws -> ArchivePath {
    let path = try resolve(text, followsLast: true)
    let folder = try open(path, linux_O_PATH | O_NOFOLLOW)
    var status = stat()
    try checked("fstat", text) { fstat(folder.number, &status) }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw EngineError(.invalidParameter, "extraction point is not a directory")
    }
    if let refusal = refusal(folder) { throw refusal }
    return path
  }
}
