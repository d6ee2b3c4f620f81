import EngineModel
import Glibc
import Kernel
import Testing

@Suite struct ProcessTests {
  @Test func outputAndStatusAreKept() async throws {
    let shell = try Tool("sh")
    let output = try await shell.run(
      ["-c", "cat; echo lost >&2; exit 3"], stdin: Array("said\n".utf8))
    #expect(output.status == .exited(3))
    #expect(output.stdoutText == "said\n")
    #expect(output.stderrText == "lost\n")
    #expect(throws: EngineError.self) { try output.requireSuccess("saying") }
  }

  @Test func moreThanAPipeHoldsGoesBothWays() async throws {
    let bytes = [UInt8](repeating: 7, count: 3_000_000)
    let output = try await Tool("cat").run([], stdin: bytes)
    #expect(output.stdout == bytes)
    #expect(output.droppedOutput == 0)
  }

  @Test func outputBeyondTheCapIsDroppedAndCounted() async throws {
    let output = try await Tool("head").run(["-c", "300000", "/dev/zero"], outputCap: 1000)
    #expect(output.stdout.count == 1000)
    #expect(output.droppedOutput == 299_000)
  }

  @Test func aReaderThatLeavesEarlyDoesNotStopUs() async throws {
    let output = try await Tool("true").run([], stdin: [UInt8](repeating: 1, count: 1_000_000))
    #expect(output.status.isSuccess)
  }

  @Test func signalsAreTold() async throws {
    let child = try ChildProcess(.init(path: "/bin/sleep", arguments: ["sleep", "30"]))
    try child.signal(SIGKILL)
    let status = try await child.exit()
    #expect(status == .signalled(SIGKILL))
    #expect(status.code == 137)
  }

  @Test func directoryEnvironmentAndSessionAreThoseAskedFor() async throws {
    let pipe = try Pipe()
    let child = try ChildProcess(
      .init(
        path: "/bin/sh", arguments: ["sh", "-c", "pwd; echo $GIVEN $HOME; cut -d' ' -f1,6 /proc/$$/stat"],
        environment: ["GIVEN=here"], directory: "/usr", descriptors: [1: pipe.writeEnd.number], newSession: true))
    #expect(try await child.exit().isSuccess)
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = read(pipe.readEnd.number, &buffer, buffer.count)
    withExtendedLifetime(pipe) {}
    // The process leads its session, so both ids are equal.
    #expect(String(decoding: buffer[..<count], as: UTF8.self) == "/usr\nhere\n\(child.pid) \(child.pid)\n")
  }

  @Test func onlyTheGivenDescriptorsAreOpen() async throws {
    let pipe = try Pipe()
    let output = try await Tool("sh").run(
      ["-c", "ls /proc/self/fd; readlink /proc/self/fd/5"], descriptors: [5: pipe.readEnd.number])
    withExtendedLifetime(pipe) {}
    let lines = output.stdoutText.split(separator: "\n")
    // Descriptor 3 is ls's own, for the folder.
    #expect(lines.prefix(5) == ["0", "1", "2", "3", "5"])
    #expect(lines.last?.hasPrefix("pipe:") == true)
  }

  @Test func aMissingProgramNamesItsPackage() {
    let error = #expect(throws: EngineError.self) {
      try Tool("causeway-no-such", package: "nosuch")
    }
    #expect(error?.message == "causeway-no-such is not installed: apt install nosuch")
    #expect(error?.code == .unavailable)
  }

  @Test func whatCannotBeExecutedKeepsItsErrorNumber() {
    let error = #expect(throws: SystemCallError.self) {
      _ = try ChildProcess(.init(path: "/etc/passwd", arguments: ["passwd"]))
    }
    #expect(error?.errno == EACCES)
  }

  @Test func waitingForAProcessEndsWhenItEndsAndWhenCancelled() async throws {
    let child = try ChildProcess(.init(path: "/bin/sleep", arguments: ["sleep", "30"]))
    let watching = Task { try await ProcessWatch.end(of: child.pid) }
    let beside = [1, 2].map { _ in Task { try await ProcessWatch.end(of: child.pidfd) } }
    let cancelled = Task { try await ProcessWatch.end(of: child.pid) }
    cancelled.cancel()
    await #expect(throws: CancellationError.self) { try await cancelled.value }
    try child.signal(SIGTERM)
    try await watching.value
    for task in beside { try await task.value }
    #expect(try await child.exit() == .signalled(SIGTERM))
    try await ProcessWatch.end(of: child.pid)
  }
}
