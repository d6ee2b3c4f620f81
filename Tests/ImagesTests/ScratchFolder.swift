import Glibc
import Kernel

@testable import Images

/// A folder that is gone afterwards, with all that is mounted in it.
func withScratchFolder<T>(_ body: (String) async throws -> T) async throws -> T {
  var template = Array("/tmp/causeway-images-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw SystemCallError.last("mkdtemp") }
  let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  let result: Result<T, any Error>
  do {
    result = .success(try await body(folder))
  } catch {
    result = .failure(error)
  }
  try await onDedicatedThread("cleaning") {
    let mounts = try MountInfo.read().map(\.mountPoint).filter { $0.hasPrefix("\(folder)/") }
    for mount in mounts.reversed() { try Mounts.unmount(mount) }
    try TreeRemoval.remove(path: folder)
  }
  return try result.get()
}

/// What the file system knows of a name, the name itself being no link that is followed.
func status(_ path: String) throws -> stat {
  var result = stat()
  guard lstat(path, &result) == 0 else { throw SystemCallError.last("lstat", path) }
  return result
}

func exists(_ path: String) -> Bool { (try? status(path)) != nil }

func linkTarget(_ path: String) -> String? {
  var buffer = [CChar](repeating: 0, count: 4096)
  let count = readlink(path, &buffer, buffer.count)
  guard count >= 0 else { return nil }
  return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
