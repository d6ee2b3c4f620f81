import EngineModel
import Glibc
import Testing

@testable import Runtime

@Suite struct LogTests {
  private func record(_ text: String) -> LogEntry? { LogEntry(record: Array(text.utf8)[...]) }

  @Test func recordsAreRead() throws {
    let entry = try #require(record("2024-02-29T23:30:00.000000007+01:00 stderr F a b"))
    #expect(entry.time.description == "2024-02-29T22:30:00.000000007Z")
    #expect(entry.stream == .stderr)
    #expect(entry.bytes == Array("a b\n".utf8))
    #expect(!entry.isPartial)
    let part = try #require(record("1970-01-01T00:00:00.5-00:30 stdout P x"))
    #expect(part.time.nanoseconds == 1_800_500_000_000)
    #expect(part.bytes == Array("x".utf8) && part.isPartial && part.stream == .stdout)
    #expect(record("2024-02-29T23:30:00.000000007+01:00 stdout F ")?.bytes == Array("\n".utf8))
    for broken in [
      "", "2024", "2024-02-29T23:30:00.0+01:00 stdout", "x stdout F y", "2024-02-29T23:30:00.0+01:00 stdout Q y",
    ] {
      #expect(record(broken) == nil)
    }
  }

  @Test(arguments: [3, 64, 100, 65536]) func theTailIsFoundFromTheEnd(block: Int) throws {
    let fixture = try RootfsFixture()
    let path = "\(fixture.folder)/tail"
    let stamp = "2024-01-01T00:00:00.000000000+00:00 stdout"
    let records = ["\(stamp) F one", "\(stamp) P tw", "\(stamp) F o", "\(stamp) F three", "\(stamp) P last"]
    try SmallFile.write(path, Array(records.map { $0 + "\n" }.joined().utf8))
    let file = try LogFile(path: path)
    let starts = records.indices.map { records[..<$0].reduce(0) { $0 + $1.utf8.count + 1 } }
    #expect(try file.findLast(0, block: block).offset == file.size())
    #expect(try file.findLast(1, block: block).offset == starts[4])
    #expect(try file.findLast(2, block: block).offset == starts[3])
    #expect(try file.findLast(3, block: block).offset == starts[1])
    #expect(try file.findLast(4, block: block).offset == 0)
    #expect(try file.findLast(40, block: block).offset == 0)
    #expect(try file.findLast(40, block: block).lines == 4)
  }

  @Test func whatAContainerWroteIsThere() async throws {
    let bench = try RuntimeBench()
    let long = String(repeating: "y", count: 20_000)
    let run = try await bench.run(["sh", "-c", "echo b >&2; sleep 1; echo a; echo \(long); printf end"])
    #expect(run.exit?.code == 0)
    func text(_ query: LogQuery) async throws -> String {
      var bytes: [UInt8] = []
      for try await batch in bench.runtime.logs(run.id, path: bench.logPath, query) {
        for entry in batch { bytes += entry.bytes }
      }
      return String(decoding: bytes, as: UTF8.self)
    }
    #expect(try await text(LogQuery(stderr: false)) == "a\n\(long)\nend")
    #expect(try await text(LogQuery(stdout: false)) == "b\n")
    #expect(try await text(LogQuery(stderr: false, tail: 2)) == "\(long)\nend")
    #expect(try await text(LogQuery(tail: 0, follow: true)) == "")
    #expect(try await text(LogQuery(until: Timestamp(nanoseconds: 1))) == "")
    try await bench.runtime.delete(run.id)
  }

  @Test func followingEndsWithTheContainer() async throws {
    let bench = try RuntimeBench()
    let id = try await bench.create(["sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.2; done"])
    try await bench.runtime.start(id)
    var lines: [String] = []
    for try await batch in bench.runtime.logs(id, path: bench.logPath, LogQuery(follow: true)) {
      lines += batch.map { String(decoding: $0.bytes, as: UTF8.self) }
    }
    #expect(lines == ["1\n", "2\n", "3\n"])
    #expect(await bench.exit(of: id)?.code == 0)
    try await bench.runtime.delete(id)
  }
}
