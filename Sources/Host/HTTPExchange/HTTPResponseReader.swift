/// Parses one HTTP/1.1 response (RFC 9112) incrementally. It is strict and limits every size: any other answer is an
/// error.
package struct HTTPResponseReader {
  package struct Malformed: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
  }

  private enum Stage {
    case head
    case counted(Int)
    case untilEnd
    case chunkSize
    case chunk(Int)
    case chunkEnd
    case trailers
    case done
  }

  /// The largest head, in bytes: status line and fields.
  static let maximumHead = 32 * 1024
  package static let maximumBody = 1024 * 1024

  package private(set) var status = 0
  package private(set) var body: [UInt8] = []
  private let limit: Int
  private var stage = Stage.head
  private var pending: [UInt8] = []
  private var fields = 0

  /// - Parameter limit: the largest body that is held at once, in bytes.
  package init(limit: Int = maximumBody) { self.limit = limit }

  package var isComplete: Bool { if case .done = stage { true } else { false } }

  /// Appends received bytes. Bytes after the end of the response are an error.
  package mutating func append(_ bytes: some Sequence<UInt8>) throws(Malformed) {
    pending += bytes
    while try step() {}
    if isComplete, !pending.isEmpty { throw Malformed("bytes after the end of the response") }
  }

  /// The peer closed the connection.
  package mutating func end() throws(Malformed) {
    switch stage {
    case .done: return
    case .untilEnd: stage = .done
    case .head where status == 0 && pending.isEmpty: throw Malformed("the connection was closed without an answer")
    default: throw Malformed("the connection was closed in the middle of the answer")
    }
  }

  /// - Returns: whether the pending bytes may allow another step.
  private mutating func step() throws(Malformed) -> Bool {
    switch stage {
    case .head: return try readHead()
    case .counted(let left):
      let part = min(left, pending.count)
      try take(part)
      stage = part == left ? .done : .counted(left - part)
      return false
    case .untilEnd:
      try take(pending.count)
      return false
    case .chunkSize:
      guard let line = try line(limit: 64) else { return false }
      let digits = line.prefix { $0 != ";" }
      guard let size = Int(digits, radix: 16), size >= 0, digits.utf8.count <= 8, digits.first != "+" else {
        throw Malformed("a chunk without a size")
      }
      stage = size == 0 ? .trailers : .chunk(size)
      return true
    case .chunk(let left):
      let part = min(left, pending.count)
      try take(part)
      stage = part == left ? .chunkEnd : .chunk(left - part)
      return part == left
    case .chunkEnd:
      guard let line = try line(limit: 2) else { return false }
      guard line.isEmpty else { throw Malformed("a chunk longer than it says") }
      stage = .chunkSize
      return true
    case .trailers:
      guard let line = try line(limit: 1024) else { return false }
      fields += 1
      guard fields < 100 else { throw Malformed("too many trailers") }
      if line.isEmpty { stage = .done }
      return !line.isEmpty
    case .done: return false
    }
  }

  /// Removes and returns the body so far: for responses without an end.
  package mutating func takeBody() -> [UInt8] {
    defer { body = [] }
    return body
  }

  private mutating func take(_ count: Int) throws(Malformed) {
    guard body.count + count <= limit else { throw Malformed("an answer of more than \(limit) bytes") }
    body += pending.prefix(count)
    pending.removeFirst(count)
  }

  /// The next line without its line break; `nil` until it is complete.
  private mutating func line(limit: Int) throws(Malformed) -> String? {
    guard let end = pending.firstIndex(of: 0x0A) else {
      guard pending.count <= limit else { throw Malformed("a line of more than \(limit) bytes") }
      return nil
    }
    var line = pending[..<end]
    if line.last == 0x0D { line.removeLast() }
    guard line.count <= limit else { throw Malformed("a line of more than \(limit) bytes") }
    guard let text = String(validating: line, as: UTF8.self) else { throw Malformed("a head that is no text") }
    pending.removeFirst(end + 1)
    return text
  }
}

extension HTTPResponseReader {
  /// Parses the head once it is complete.
  private mutating func readHead() throws(Malformed) -> Bool {
    guard let end = Self.endOfHead(pending) else {
      guard pending.count <= Self.maximumHead else { throw Malformed("a head of more than \(Self.maximumHead) bytes") }
      return false
    }
    guard end <= Self.maximumHead else { throw Malformed("a head of more than \(Self.maximumHead) bytes") }
    guard let first = try line(limit: Self.maximumHead) else { return false }
    try readStatus(first)
    var length: Int?
    var isChunked = false
    while let line = try line(limit: Self.maximumHead), !line.isEmpty {
      guard let colon = line.firstIndex(of: ":"), colon != line.startIndex, line.first?.isWhitespace == false else {
        throw Malformed("a header field without a name")
      }
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      let text = String(value.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
      switch line[..<colon].lowercased() {
      case "content-length":
        guard let number = Int(text), text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), length ?? number == number
        else { throw Malformed("a length that is none: \(text.prefix(32))") }
        length = number
      case "transfer-encoding":
        guard text.lowercased() == "chunked" else { throw Malformed("the transfer encoding \(text.prefix(32))") }
        isChunked = true
      default: break
      }
    }
    guard !isChunked || length == nil else { throw Malformed("two lengths at once") }
    if let length, length > limit {
      throw Malformed("an answer of more than \(limit) bytes: \(length)")
    }
    switch status {
    case 100..<200:
      // An interim response; the final one follows.
      guard status != 101 else { throw Malformed("another protocol") }
      status = 0
      return true
    case 204, 304: stage = .done
    default: stage = isChunked ? .chunkSize : length.map { $0 == 0 ? .done : .counted($0) } ?? .untilEnd
    }
    return true
  }

  private mutating func readStatus(_ line: String) throws(Malformed) {
    let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count >= 2, words[0] == "HTTP/1.1" || words[0] == "HTTP/1.0", words[1].utf8.count == 3,
      let number = Int(words[1]), (100..<600).contains(number)
    else { throw Malformed("something other than HTTP") }
    status = number
  }

  /// The index after the empty line that ends the head.
  private static func endOfHead(_ bytes: [UInt8]) -> Int? {
    var wasEmpty = false
    var start = 0
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      let count = end - start - (end > start && bytes[end - 1] == 0x0D ? 1 : 0)
      wasEmpty = count == 0
      if wasEmpty { return end + 1 }
      start = end + 1
    }
    return nil
  }
}
