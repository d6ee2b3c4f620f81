import Glibc
import Kernel

/// Creates a temporary folder. Unmounts everything in it and deletes it afterwards.
package func withScratchFolder<T>(_ body: (String) async throws -> T) async throws -> T {
  var template = Array("/tmp/causeway-test-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw SystemCallError.last("mkdtemp") }
  let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  let result: Result<T, any Error>
  do {
    result = .success(try await body(folder))
  } catch {
    result = .failure(error)
  }
  try await onDedicatedThread("cleaning") {
    let mounts = try MountInfo.read().map(\.mountPoint).filter { $0 == folder || $0.hasPrefix("\(folder)/") }
    for mount in mounts.reversed() { try Mounts.unmount(mount) }
  }
  _ = try await Tool("rm").run(["-rf", "--one-file-system", folder])
  return try result.get()
}
