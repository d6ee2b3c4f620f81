import JSON
import EngineAPI

/// A credential helper, `docker-credential-NAME`. Its argument names the action; it reads standard input and answers in
/// JSON (docker/docker-credential-helpers).
struct CredentialHelper {
  let name: String

  private var program: String { "docker-credential-\(name)" }

  /// `nil` when the helper has no credentials for the server.
  func get(_ server: String) async throws -> (username: String, secret: String)? {
    let (code, output) = try await run("get", server)
    guard code == 0 else {
      guard output.contains("credentials not found") else { throw failure(output) }
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
    guard code == 0 || output.contains("credentials not found") else { throw failure(output) }
  }

  private func failure(_ output: String) -> CommandFailure {
    CommandFailure("error getting credentials - \(program) said: \(output.trimmingNewlines)")
  }

  private func run(_ verb: String, _ input: String) async throws -> (code: Int32, output: String) {
    let program = program
    let result: Result<(Int32, [UInt8]), CommandFailure> = await BlockingThread.run {
      do throws(CommandFailure) {
        return .success(try ChildProcess.run(program, [verb], input: Array(input.utf8)))
      } catch {
        return .failure(error)
      }
    }
    let (code, output) = try result.get()
    return (code, String(decoding: output, as: UTF8.self))
  }
}

extension String {
  var trimmingNewlines: String {
    var text = self[...]
    while text.last?.isNewline == true { text = text.dropLast() }
    return String(text)
  }
}
