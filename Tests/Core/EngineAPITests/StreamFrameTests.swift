import EngineAPI
import Testing

@Suite struct StreamFrameTests {
  @Test func theHeaderIsDockers() {
    #expect(StreamFrame.header(.stdout, count: 5) == [1, 0, 0, 0, 0, 0, 0, 5])
    #expect(StreamFrame.header(.stderr, count: 0x01020304) == [2, 0, 0, 0, 1, 2, 3, 4])
  }

  @Test(arguments: 1...20) func framesComeApartHoweverTheyAreCut(_ size: Int) throws {
    let wire =
      StreamFrame.header(.stdout, count: 3) + Array("abc".utf8) + StreamFrame.header(.stderr, count: 0)
      + StreamFrame.header(.stderr, count: 5) + Array("hello".utf8)
    var decoder = StreamFrameDecoder()
    var out: [UInt8] = []
    var err: [UInt8] = []
    var start = 0
    while start < wire.count {
      let end = min(start + size, wire.count)
      for (stream, bytes) in try decoder.decode(wire[start..<end]) {
        if stream == .stdout { out += bytes } else { err += bytes }
      }
      start = end
      #expect(decoder.isAtBoundary == (start == 11 || start == 19 || start == wire.count))
    }
    #expect(String(decoding: out, as: UTF8.self) == "abc")
    #expect(String(decoding: err, as: UTF8.self) == "hello")
  }

  @Test func whatIsNotAFrameIsRefused() {
    var decoder = StreamFrameDecoder()
    #expect(throws: StreamFrameError(byte: 72)) { try decoder.decode(Array("HTTP/1.1 200".utf8)) }
  }
}
