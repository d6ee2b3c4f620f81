import EngineModel
import Glibc
import Testing

@testable import EngineServer

@Suite struct UnixListenerTests {
  private func scratch() -> String { "/tmp/causeway-listener-\(getpid())-\(UInt32.random(in: 0 ... .max))" }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  @Test func aSocketIsForItsOwnerAndGroupOnly() throws {
    let path = scratch() + "/deep/engine.sock"
    let alone = try UnixListener.open(path: path, group: nil)
    #expect(mode(path) == 0o600)
    close(alone)
    let shared = try UnixListener.open(path: path, group: getgid())
    #expect(mode(path) == 0o660)
    close(shared)
    unlink(path)
  }

  @Test func aSocketSomebodyAnswersOnIsLeftAlone() throws {
    let path = scratch()
    let first = try UnixListener.open(path: path, group: nil)
    defer {
      close(first)
      unlink(path)
    }
    #expect(listen(first, 1) == 0)
    do {
      close(try UnixListener.open(path: path, group: nil))
      Issue.record("two engines on one socket")
    } catch {
      #expect(error.code == .conflict)
      #expect(error.message.contains("in use"))
    }
  }

  @Test func aFileIsNeverReplaced() throws {
    let path = scratch()
    close(open(path, O_CREAT | O_WRONLY, 0o600))
    defer { unlink(path) }
    #expect(throws: EngineError.self) { try UnixListener.open(path: path, group: nil) }
    #expect(access(path, F_OK) == 0)
  }
}
