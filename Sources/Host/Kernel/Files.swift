import Glibc

/// Reads a whole small file. Works for files in `/proc` and `/sys`, whose reported size is zero.
package func readFile(_ path: String) throws(SystemCallError) -> String {
  String(decoding: try readBytes(path), as: UTF8.self)
}

/// Reads a whole file into memory.
package func readBytes(_ path: String) throws(SystemCallError) -> [UInt8] {
  let file = try OwnedDescriptor(path: path, flags: O_RDONLY)
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = try checkedCount("read", path) { read(file.number, &buffer, buffer.count) }
    if count == 0 { return bytes }
    bytes.append(contentsOf: buffer[..<count])
    if count == buffer.count { buffer = [UInt8](repeating: 0, count: buffer.count * 4) }
  }
}

/// Writes to an existing file with a single `write`, as files in `/proc` and `/sys` require.
package func writeExistingFile(_ path: String, _ text: String) throws(SystemCallError) {
  let file = try OwnedDescriptor(path: path, flags: O_WRONLY)
  let bytes = Array(text.utf8)
  let count = try checkedCount("write", path) { write(file.number, bytes, bytes.count) }
  guard count == bytes.count else {
    throw SystemCallError(errno: EIO, call: "write", subject: path)
  }
}

/// Creates a folder and its parents. Existing folders stay unchanged.
package func makeDirectories(_ path: String, mode: UInt32 = 0o755) throws(SystemCallError) {
  if mkdir(path, mode) == 0 || errno == EEXIST { return }
  guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
    throw SystemCallError.last("mkdir", path)
  }
  try makeDirectories(String(path[..<slash]), mode: mode)
  if mkdir(path, mode) != 0, errno != EEXIST { throw SystemCallError.last("mkdir", path) }
}

/// Takes permissions away from a file or folder. It never adds any, so that an administrator can be stricter.
///
/// - Parameter mode: the most that may stay.
/// - Returns: the owner's user id.
package func removePermissions(of path: String, beyond mode: UInt32) throws(SystemCallError) -> UInt32 {
  let file = try OwnedDescriptor(path: path, flags: O_RDONLY | O_NONBLOCK)
  var status = stat()
  try checked("fstat", path) { fstat(file.number, &status) }
  let current = status.st_mode & 0o777
  if current & ~mode != 0 { try checked("fchmod", path) { fchmod(file.number, current & mode) } }
  return status.st_uid
}

/// Like `checked`, for calls that return a count.
package func checkedCount(
  _ call: String, _ subject: @autoclosure () -> String = "", _ body: () -> Int
) throws(SystemCallError) -> Int {
  while true {
    let result = body()
    if result != -1 { return result }
    let number = errno
    if number != EINTR { throw SystemCallError(errno: number, call: call, subject: subject()) }
  }
}
