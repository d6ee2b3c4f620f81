import Glibc

struct FileFailure: Error {
  let call: String
  let number: Int32
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
