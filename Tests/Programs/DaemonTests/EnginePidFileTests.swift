import Glibc
import Kernel
import Testing

@testable import causewayd

@Suite struct EnginePidFileTests {
  @Test func itIsWrittenReplacedWhenStaleAndRemoved() throws {
    let path = "/tmp/causewayd-test-\(getpid())-\(UInt32.random(in: 0 ... .max))/deep/x.pid"
    let file = EnginePidFile(path: path)
    try file.write()
    #expect(try readFile(path) == "\(getpid())")
    // The first process is alive and no engine: its number was given again.
    let descriptor = open(path, O_WRONLY | O_TRUNC)
    _ = write(descriptor, "1", 1)
    close(descriptor)
    file.remove()
    #expect(access(path, F_OK) == 0, "another's file was removed")
    try file.write()
    file.remove()
    #expect(access(path, F_OK) != 0)
  }
}
