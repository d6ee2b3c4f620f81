import EngineModel
import JSON
import EngineAPI
import Testing

@testable import EngineServer

/// Lines of a transfer as clients read them.
@Suite struct TransferEventTests {
  private func line(_ event: TransferEvent) throws -> String {
    String(decoding: try JSONEncoding.bytes(Wire.ProgressMessage(event)), as: UTF8.self)
  }

  @Test func linesAreDockers() throws {
    #expect(try line(TransferEvent("Digest: sha256:1")) == #"{"status":"Digest: sha256:1"}"#)
    #expect(
      try line(TransferEvent("Pulling from library/x", "latest"))
        == #"{"status":"Pulling from library/x","id":"latest","progressDetail":{}}"#)
    let half = try line(TransferEvent("Downloading", "0a1b", current: 2_048_000, total: 4_096_000))
    let bar = "[=========================>                         ]  2.048MB/4.096MB"
    #expect(half.contains(bar), "\(half)")
    #expect(half.contains(#""progressDetail":{"current":2048000,"total":4096000}"#), "\(half)")
    let whole = try line(TransferEvent("Pushing", "x", current: 512, total: 512))
    #expect(whole.contains("\(String(repeating: "=", count: 50))>]  512B/512B"), "\(whole)")
  }

  @Test func whatWasPushedIsForPrograms() throws {
    let digest = Digest(bytes: [UInt8](repeating: 0, count: 32))
    let text = try line(TransferEvent(pushed: TransferEvent.Pushed(tag: "1", digest: digest, size: 5)))
    #expect(text == "{\"progressDetail\":{},\"aux\":{\"Tag\":\"1\",\"Digest\":\"\(digest)\",\"Size\":5}}")
  }
}
