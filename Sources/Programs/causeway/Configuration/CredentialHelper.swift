import JSON
import EngineAPI
import Glibc

/// A program that keeps secrets, `docker-credential-NAME`: it is told what to do by its argument, reads a line, and
/// answers in JSON (docker/docker-credential-helpers).
struct CredentialHelper {
  let name: String

  private var program: String { "docker-credential-\(name)" }

  /// `nil` when it has nothing for the server.
  func get(_ server: String) async throws -> (username: String, secret: String)? {
    let (code, output) = try await run("get", server)
    guard code == 0 else {
      guard output.firstRange(ofText: "credentials not found") != nil else { throw failure(output) }
      return nil
    }
    let value = try JSONParser.parse(output)
    return (value["Username"]?.text ?? "", value["Secret"]?.text ?? "")
  }

  func store(_ server: String, username: String, secret: String) async throws {
    let value = JSONValue.object([
      JSONMember("ServerURL", .string(server)), JSONMember("Username", .string(username)),
      JSONMember("Secret", .string(secret)),
    ])
    let (code, output) = try await run("store", value.compactText)
    guard code == 0 else { throw failure(output) }
  }

  func erase(_ server: String) async throws {
    let (code, output) = try await run("erase", server)
    guard code == 0 || output.firstRange(ofText: "credentials not found") != nil else { throw failure(output) }
  }

  private func failure(_ output: String) -> CommandFailure {
    CommandFailure("error getting credentials - \(program) said: \(output.trimmingNewlines)")
  }

  private func run(_ verb: String, _ input: String) async throws -> (code: Int32, output: String) {
    let program = program
    let result: Result<(Int32, [UInt8]), CommandFailure> = await BlockingThread.run {
      do throws(CommandFailure) {
        return .success(try ChildProgram.run(program, [verb], input: Array(input.utf8)))
      } catch {
        return .failure(error)
      }
    }
    let (code, output) = try result.get()
    return (code, String(decoding: output, as: UTF8.self))
  }
}

/// A program of this host, run to its end.
enum ChildProgram {
  /// Blocks. Standard error is this command's own.
  ///
  /// - Throws: ``CommandFailure`` when there is no such program on the path.
  static func run(_ program: String, _ arguments: [String], input: [UInt8]) throws(CommandFailure) -> (Int32, [UInt8]) {
    var incoming: [Int32] = [0, 0]
    var outgoing: [Int32] = [0, 0]
    guard pipe(&incoming) == 0, pipe(&outgoing) == 0 else { throw SmallFile.failure(program) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, incoming[0], 0)
    posix_spawn_file_actions_adddup2(&actions, outgoing[1], 1)
    for number in incoming + outgoing { posix_spawn_file_actions_addclose(&actions, number) }
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    defer { for word in words { free(word) } }
    words.append(nil)
    var pid: pid_t = 0
    let result = posix_spawnp(&pid, program, &actions, nil, words, environ)
    close(incoming[0])
    close(outgoing[1])
    defer { close(outgoing[0]) }
    guard result == 0 else {
      close(incoming[1])
      throw CommandFailure("exec: \(quoted(program)): \(String(cString: strerror(result)).lowercased())")
    }
    Descriptor(number: incoming[1]).write(input)
    close(incoming[1])
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(outgoing[0], $0.baseAddress, $0.count) }
      if count > 0 { output += buffer.prefix(count) } else if count == 0 || errno != EINTR { break }
    }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return (status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F, output)
  }
}

extension String {
  var trimmingNewlines: String {
    var text = self[...]
    while text.last?.isNewline == true { text = text.dropLast() }
    return String(text)
  }
}
