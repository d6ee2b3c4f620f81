import EngineModel
import Testing

@testable import Runtime

/// Rotated logs: which records are kept, and how they are read.
@Suite struct LogFileSeriesTests {
  private func record(_ number: Int) -> String {
    "2024-01-01T00:00:00.000000000+00:00 stdout F line \(number)\n"
  }

  private func write(_ path: String, _ lines: Range<Int>) throws {
    try SmallFile.write(path, Array(lines.map(record).joined().utf8))
  }

  private func read(_ path: String, tail: Int? = nil) async throws -> [String] {
    var lines: [String] = []
    for try await batch in LogReader(path: path, query: LogQuery(tail: tail), writer: nil) {
      lines += batch.map { String(decoding: $0.bytes.dropLast(), as: UTF8.self) }
    }
    return lines
  }

  @Test func severalFilesAreOneLog() async throws {
    let fixture = try RootfsFixture()
    let path = "\(fixture.folder)/container.log"
    try write("\(path).9", 0..<10)
    try write("\(path).10", 10..<20)
    try write(path, 20..<30)
    try write("\(path).x", 90..<99)
    let all = (0..<30).map { "line \($0)" }
    #expect(LogFileSeries(path: path).numbers == [9, 10])
    #expect(LogFileSeries(path: path).current == 11)
    #expect(try await read(path) == all)
    for tail in [0, 1, 10, 11, 20, 25, 30, 40] {
      #expect(try await read(path, tail: tail) == all.suffix(tail), "tail \(tail)")
    }
  }

  @Test func whatIsPutAwayIsTrimmedFromItsBeginning() async throws {
    let fixture = try RootfsFixture()
    let path = "\(fixture.folder)/container.log"
    let series = LogFileSeries(path: path)
    let length = record(10).utf8.count
    let bound = LogLimit(maxSize: length * 5, maxFiles: 3)
    try write("\(path).1", 10..<15)
    try write("\(path).2", 15..<23)
    #expect(!series.isFull(bound))
    try write(path, 23..<30)
    #expect(series.isFull(bound))
    try series.rotate()
    #expect(series.numbers == [1, 2, 3])
    #expect(LogFileSeries.size(path) == nil)
    try series.removeExcess(bound)
    // The limit is ten lines: seven in the newest file, and the last whole lines of the one before.
    #expect(series.numbers == [2, 3])
    try write(path, 30..<31)
    #expect(try await read(path) == (21..<31).map { "line \($0)" })
  }

  @Test func aFileThatGoesWhileItIsReadIsReadToItsEnd() async throws {
    let fixture = try RootfsFixture()
    let path = "\(fixture.folder)/container.log"
    let series = LogFileSeries(path: path)
    try write(path, 0..<3)
    let reader = LogReader(path: path, query: LogQuery(), writer: nil)
    #expect(try await reader.next()?.count == 3)
    try series.rotate()
    try write(path, 3..<6)
    try series.rotate()
    try write(path, 6..<8)
    try series.removeExcess(LogLimit(maxSize: 1, maxFiles: 2))
    // Nothing of the second file was kept.
    #expect(try await reader.next()?.map { String(decoding: $0.bytes, as: UTF8.self) } == ["line 6\n", "line 7\n"])
    #expect(try await reader.next() == nil)
  }

  @Test func boundsAreWrittenAndRead() {
    let bound = LogLimit(maxSize: 10, maxFiles: 3)
    #expect(LogLimit(text: bound.text) == bound)
    #expect(LogLimit(text: "") == nil && LogLimit(text: "1 x") == nil)
    #expect(bound.rotatedBytes == 20 && LogLimit(maxSize: 10, maxFiles: 1).rotatedBytes == 10)
    #expect(LogLimit(maxSize: .max, maxFiles: 9).rotatedBytes == .max)
  }
}
