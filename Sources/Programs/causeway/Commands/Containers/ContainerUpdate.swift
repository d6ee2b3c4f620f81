import EngineAPI
import EngineClient
import JSON

extension Command {
  static var containerUpdate: Command {
    Command(
      "container update", "update", usage: "[OPTIONS] CONTAINER [CONTAINER...]",
      summary: "Update configuration of one or more containers",
      options: ContainerOptions.changeable + [
        .text("restart", nil, "Restart policy to apply when a container exits")
      ],
      arguments: .atLeast(1)
    ) { invocation in
      let body = try ContainerUpdateRequest(options: invocation.options).body()
      return try await invocation.forEach(invocation.arguments) { name in
        let answer = try JSONParser.parse(
          try await invocation.engine.raw(.post, invocation.path("containers", name, "/update"), body: body))
        for warning in answer["Warnings"]?.elements ?? [] { invocation.printError(warning.text ?? "") }
        invocation.printLine(name)
      }
    }
  }
}
