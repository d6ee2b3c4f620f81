import EngineModel
import Glibc
import Testing

@testable import Runtime

@Suite struct ExecTests {
  let bench: RuntimeBench

  init() throws { bench = try RuntimeBench() }

  private func running() async throws -> String {
    let id = try await bench.create(["sleep", "60"]) { $0.configuration.environment = ["COLOUR=red"] }
    try await bench.runtime.start(id)
    return id
  }

  @Test func runsInsideWithItsOwnStreams() async throws {
    let id = try await running()
    let exec = try await bench.runtime.execute(
      "one", in: id,
      ExecSpecification(
        arguments: ["sh", "-c", "echo $COLOUR $SHAPE; pwd; hostname; echo bad >&2; exit 9"],
        environment: ["SHAPE=round"], workingDirectory: "/tmp"))
    let io = try #require(exec.io)
    let text = try await RuntimeBench.text(io)
    #expect(text.stdout == "red round\n/tmp\n\(id.prefix(12))\n")
    #expect(text.stderr == "bad\n")
    #expect(exec.pid > 0)
    #expect(try await exec.exit() == 9)
    #expect(SmallFile.names(in: bench.runtime.layout.bundle(id).execs).isEmpty)
    try await bench.runtime.delete(id, force: true)
  }

  @Test func inputUserAndTerminal() async throws {
    let id = try await running()
    let cat = try await bench.runtime.execute(
      "cat", in: id, ExecSpecification(arguments: ["cat"], stdio: StandardStreams(stdin: .untilFirstDetach)))
    let io = try #require(cat.io)
    try await io.write(Array("through".utf8))
    io.closeStdin()
    #expect(try await RuntimeBench.text(io).stdout == "through")
    #expect(try await cat.exit() == 0)

    let who = try await bench.runtime.execute(
      "who", in: id, ExecSpecification(arguments: ["sh", "-c", "id; echo $HOME"], user: "alice"))
    #expect(
      try await RuntimeBench.text(try #require(who.io)).stdout
        == "uid=1000(alice) gid=1000(alice) groups=29(audio),1000(alice)\n/home/alice\n")
    #expect(try await who.exit() == 0)

    let tty = try await bench.runtime.execute(
      "tty", in: id,
      ExecSpecification(
        arguments: ["sh", "-c", "read x; tty; stty size"], stdio: StandardStreams(stdin: .open, terminal: true)))
    try bench.runtime.resizeExec("tty", in: id, height: 21, width: 77)
    try await Task.sleep(for: .milliseconds(100))
    let terminal = try #require(tty.io)
    try await terminal.write(Array("go\n".utf8))
    let seen = try await RuntimeBench.text(terminal).stdout
    #expect(seen.contains("/dev/pts/"))
    #expect(seen.contains("21 77"))
    #expect(try await tty.exit() == 0)
    try await bench.runtime.delete(id, force: true)
  }

  @Test func detachedAndFailing() async throws {
    let id = try await running()
    let quiet = try await bench.runtime.execute(
      "quiet", in: id, ExecSpecification(arguments: ["sh", "-c", "exit 4"], detached: true))
    #expect(quiet.io == nil)
    #expect(try await quiet.exit() == 4)
    for (program, code) in [("absent", Int32(127)), ("/etc/group", 126)] {
      for terminal in [false, true] {
        let error = await #expect(throws: EngineError.self) {
          _ = try await bench.runtime.execute(
            "bad", in: id,
            ExecSpecification(arguments: [program], stdio: StandardStreams(stdin: .open, terminal: terminal)))
        }
        let message = error?.message ?? ""
        #expect(
          message.hasPrefix(
            "OCI runtime exec failed: exec failed: unable to start container process: exec: \"\(program)\""),
          "\(message)")
        #expect(error.map(ContainerRuntime.exitCode) == code)
      }
    }
    await #expect(throws: EngineError.self) {
      _ = try await bench.runtime.execute("nobody", in: id, ExecSpecification(arguments: ["id"], user: "nobody-here"))
    }
    #expect(SmallFile.names(in: bench.runtime.layout.bundle(id).execs).isEmpty)
    try await bench.runtime.delete(id, force: true)
  }

  @Test func endsWithTheContainer() async throws {
    let id = try await running()
    let exec = try await bench.runtime.execute("long", in: id, ExecSpecification(arguments: ["sleep", "60"]))
    try await bench.runtime.delete(id, force: true)
    #expect(try await exec.exit() == 137)
    await #expect(throws: EngineError.self) {
      _ = try await bench.runtime.execute("late", in: id, ExecSpecification(arguments: ["true"]))
    }
  }
}
