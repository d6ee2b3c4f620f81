import CLinux
import Glibc

/// Writes lines to standard error: time (UTC), program, message.
enum Log {
  static func line(_ sentence: String) {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    var buffer = [CChar](repeating: 0, count: 32)
    let length = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    let stamp = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let text = Array("\(stamp) causeway-dataplane: \(sentence)\n".utf8)
    _ = write(2, text, text.count)
  }
}
