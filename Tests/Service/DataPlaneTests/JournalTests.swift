import Addressing
@testable import DataPlane
import Glibc
import Kernel
import TestHosts
import Testing

@Suite struct JournalTests {
  private func read(_ path: String) throws -> [UInt8] {
    let file = try OwnedDescriptor(path: path, flags: O_RDONLY)
    var bytes = [UInt8](repeating: 0, count: 8 << 20)
    return Array(bytes[..<Glibc.read(file.number, &bytes, bytes.count)])
  }

  private func write(_ path: String, _ bytes: [UInt8]) throws {
    let file = try OwnedDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC)
    #expect(Glibc.write(file.number, bytes, bytes.count) == bytes.count)
  }

  @Test func whatWasAppendedIsThere() async throws {
    try await withScratchFolder { folder in
      var (journal, empty) = try Journal.open("\(folder)/state")
      #expect(empty.changes.isEmpty)
      for change in Samples.changes { try journal.append([change]) }
      let table = try Journal.open("\(folder)/state").table
      #expect(table.changes == DataPlaneTable(Samples.changes).changes)
      // Opening rewrote the journal without its history.
      #expect(try Journal.open("\(folder)/state").table.changes == table.changes)
    }
  }

  @Test func aDeltaThatIsCutOffNeverHappened() async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/dataplane.journal"
      var journal = try Journal.open(folder).journal
      try journal.append([Samples.changes[0]])
      let first = try read(path).count
      try journal.append(Array(Samples.changes[1...3]))
      let whole = try read(path)
      for count in first..<whole.count {
        try write(path, Array(whole[..<count]))
        #expect(try Journal.open(folder).table.changes == [Samples.changes[0]])
      }
      var damaged = whole
      damaged[whole.count - 1] ^= 1
      try write(path, damaged)
      #expect(try Journal.open(folder).table.changes == [Samples.changes[0]])
    }
  }

  @Test func itDoesNotGrowForEver() async throws {
    try await withScratchFolder { folder in
      var (journal, table) = try Journal.open(folder)
      for round in 0..<40_000 {
        let change = DataPlaneChange.reserve(
          [PortReservation(address: .any(.ipv4), port: UInt16(round % 60000 + 1), transport: .tcp)], owner: "web")
        try journal.append([change])
        table.apply(change)
        try journal.compactIfLong(table)
      }
      var info = stat()
      #expect(stat("\(folder)/dataplane.journal", &info) == 0)
      #expect(info.st_size < 2 << 20)
      #expect(try Journal.open(folder).table.reservations == table.reservations)
    }
  }

  @Test func anotherVersionIsNotTouched() async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/dataplane.journal"
      try write(path, Array("cwdp".utf8) + [9, 1, 2, 3])
      let error = #expect(throws: SystemCallError.self) { _ = try Journal.open(folder) }
      #expect(error?.errno == EINVAL)
      #expect(try read(path).count == 8)
    }
  }
}
