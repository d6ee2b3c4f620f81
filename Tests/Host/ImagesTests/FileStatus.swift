import Glibc
import Kernel

/// lstat(2) of a path.
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
