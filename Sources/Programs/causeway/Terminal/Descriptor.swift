import CLinux
import Glibc

/// A file descriptor, such as one of the three standard streams.
struct Descriptor: Sendable {
  static let input = Descriptor(number: 0)
  static let output = Descriptor(number: 1)
  static let error = Descriptor(number: 2)

  let number: Int32

  var isTerminal: Bool { isatty(number) == 1 }

  /// Columns and rows; `nil` when it is not a terminal.
  var size: (width: Int, height: Int)? {
    var size = winsize()
    let result = withUnsafeMutablePointer(to: &size) { linux_ioctl_pointer(number, linux_TIOCGWINSZ, $0) }
    guard result == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Writes all bytes. Blocks, because the program has nothing else to do meanwhile.
  ///
  /// - Returns: whether all bytes were written. A closed pipe is not an error.
  @discardableResult
  func write(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if count < 0, errno == EAGAIN {
        var poll = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        _ = Glibc.poll(&poll, 1, -1)
      } else if count < 0, errno != EINTR {
        return false
      }
    }
    return true
  }

  @discardableResult
  func write(_ text: String) -> Bool { write(Array(text.utf8)) }

  /// Reads the next bytes on a separate thread; `nil` at the end and on failure.
  func read(upTo limit: Int = 65_536) async -> [UInt8]? {
    let number = number
    return await BlockingThread.run {
      var buffer = [UInt8](repeating: 0, count: limit)
      while true {
        let count = buffer.withUnsafeMutableBytes { Glibc.read(number, $0.baseAddress, $0.count) }
        if count > 0 { return Array(buffer.prefix(count)) }
        guard count < 0, errno == EINTR else { return nil }
      }
    }
  }
}
