import Glibc
import Kernel

/// A folder that is gone afterwards, with the namespaces that were mounted in it.
func withScratchFolder<T>(_ body: (String) async throws -> T) async throws -> T {
  var template = Array("/tmp/causeway-dataplane-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw SystemCallError.last("mkdtemp") }
  let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  let result: Result<T, any Error>
  do {
    result = .success(try await body(folder))
  } catch {
    result = .failure(error)
  }
  try await onDedicatedThread("cleaning") {
    let sandboxes = SandboxDirectory("\(folder)/netns")
    for name in try sandboxes.list() { try sandboxes.delete(name) }
  }
  _ = try await Tool("rm").run(["-rf", "--one-file-system", folder])
  return try result.get()
}

struct NeedsRoot: Error, CustomStringConvertible {
  var description: String { "this test makes network namespaces: run it as root" }
}
