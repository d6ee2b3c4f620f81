import Glibc

struct FileFailure: Error {
  let call: String
  let number: Int32
}

/// Gives a folder that is there for the time of the body.
func withScratchFolder(_ body: (String) throws -> Void) throws {
  var template = Array("/tmp/causeway-store-XXXXXX".utf8CString)
  guard let made = mkdtemp(&template) else { throw FileFailure(call: "mkdtemp", number: errno) }
  let path = String(cString: made)
  defer {
    if let folder = opendir(path) {
      while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        unlink("\(path)/\(name)")
      }
      closedir(folder)
    }
    rmdir(path)
  }
  try body(path)
}

/// Copies a file's bytes as they are at this moment.
func copyFile(_ source: String, _ target: String) throws {
  let input = open(source, O_RDONLY)
  guard input >= 0 else { throw FileFailure(call: "open \(source)", number: errno) }
  defer { close(input) }
  let output = open(target, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  guard output >= 0 else { throw FileFailure(call: "open \(target)", number: errno) }
  defer { close(output) }
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = read(input, &buffer, buffer.count)
    guard count > 0 else { return }
    guard write(output, buffer, count) == count else { throw FileFailure(call: "write", number: errno) }
  }
}
