import Glibc

extension OwnedDescriptor {
  /// Writes every byte. The descriptor must be in blocking mode.
  package func writeAll(_ bytes: UnsafeRawBufferPointer) throws(SystemCallError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = try checkedCount("write") { write(number, rest.baseAddress, rest.count) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
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
