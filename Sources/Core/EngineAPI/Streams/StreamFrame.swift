/// Docker's framing of standard output and standard error on one connection: `[stream, 0, 0, 0, size]` with the size in
/// four bytes, most significant first, then so many bytes. Only for programs without a terminal; a terminal's bytes are
/// sent unframed.
package enum StreamFrame {
  package static let headerSize = 8

  /// Which stream of the program; `system` carries an error of the engine.
  package enum Stream: UInt8, Sendable, Hashable {
    case stdin = 0
    case stdout = 1
    case stderr = 2
    case system = 3
  }

  /// The eight bytes before `count` bytes of payload.
  package static func header(_ stream: Stream, count: Int) -> [UInt8] {
    let size = UInt32(clamping: count)
    return [
      stream.rawValue, 0, 0, 0, UInt8(size >> 24), UInt8(truncatingIfNeeded: size >> 16),
      UInt8(truncatingIfNeeded: size >> 8), UInt8(truncatingIfNeeded: size),
    ]
  }
}

/// Decodes frames as bytes arrive. It passes payload on at once and does not wait for the whole frame.
package struct StreamFrameDecoder: Sendable {
  private var header: [UInt8] = []
  private var current: (stream: StreamFrame.Stream, left: Int)?

  package init() {}

  /// - Throws: ``StreamFrameError`` when the bytes are not frames.
  package mutating func decode(
    _ bytes: some Collection<UInt8>
  ) throws(StreamFrameError) -> [(stream: StreamFrame.Stream, bytes: [UInt8])] {
    var pieces: [(stream: StreamFrame.Stream, bytes: [UInt8])] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      if let (stream, left) = current {
        let piece = Array(rest.prefix(left))
        rest = rest.dropFirst(piece.count)
        pieces.append((stream, piece))
        current = piece.count == left ? nil : (stream, left - piece.count)
      } else {
        header.append(rest[rest.startIndex])
        rest = rest.dropFirst()
        guard header.count == StreamFrame.headerSize else { continue }
        guard let stream = StreamFrame.Stream(rawValue: header[0]) else { throw StreamFrameError(byte: header[0]) }
        let size = header[4...].reduce(0) { $0 << 8 | Int($1) }
        header.removeAll(keepingCapacity: true)
        if size > 0 { current = (stream, size) }
      }
    }
    return pieces
  }

  /// No frame is incomplete.
  package var isAtBoundary: Bool { header.isEmpty && current == nil }
}

/// The bytes are not frames.
package struct StreamFrameError: Error, Sendable, Hashable, CustomStringConvertible {
  package let byte: UInt8

  package init(byte: UInt8) { self.byte = byte }

  package var description: String { "Unrecognized input header: \(byte)" }
}
