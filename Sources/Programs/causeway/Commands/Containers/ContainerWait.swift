import EngineAPI
import EngineClient

extension Command {
  static var containerWait: Command {
    Command(
      "container wait", "wait", usage: "CONTAINER [CONTAINER...]",
      summary: "Block until one or more containers stop, then print their exit codes", arguments: .atLeast(1)
    ) { invocation in
      try await invocation.forEach(invocation.arguments) { name in
        let chunks = try await invocation.engine.stream(.post, invocation.path("containers", name, "/wait"))
        let result = try await PendingWait(chunks: chunks).result()
        if let error = result.Error, !error.Message.isEmpty {
          throw EngineErrorResponse(status: 500, message: error.Message)
        }
        invocation.printLine(String(result.StatusCode))
      }
    }
  }
}
