import Glibc

extension OwnedDescriptor {
  /// Writes every byte. The descriptor must be in blocking mode.
  package func writeAll(_ bytes: UnsafeRawBufferPointer) throws(SystemCallError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = try checkedCount("write", openPath) { write(number, rest.baseAddress, rest.count) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// The path of the open file, for messages.
  private var openPath: String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/fd/\(number)", &buffer, buffer.count)
    guard count > 0, buffer[0] == CChar(UInt8(ascii: "/")) else { return "" }
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  package func writeAll(_ bytes: [UInt8]) throws(SystemCallError) {
    // `withUnsafeBytes` erases the type of a typed error, so the closure returns a `Result`.
    let result: Result<Void, SystemCallError> = bytes.withUnsafeBytes { buffer in
      do throws(SystemCallError) {
        return .success(try writeAll(buffer))
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }
}
