import EngineAPI
import EngineClient

extension Command {
  static var wait: Command {
    Command(
      "container wait", "wait", usage: "CONTAINER [CONTAINER...]",
      summary: "Block until one or more containers stop, then print their exit codes", arguments: .atLeast(1)
    ) { invocation in
      try await invocation.each(invocation.arguments) { name in
        let chunks = try await invocation.engine.stream(.post, invocation.path("containers", name, "/wait"))
        let result = try await ContainerWaiting(chunks: chunks).result()
        if let error = result.Error, !error.Message.isEmpty { throw EngineRefusal(status: 500, message: error.Message) }
        invocation.say(String(result.StatusCode))
      }
    }
  }
}
