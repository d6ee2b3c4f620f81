import Compose
import EngineAPI
import EngineClient

extension ComposeCommand {
  static var wait: ComposeCommand {
    ComposeCommand(
      "wait", usage: "SERVICE [SERVICE...] [OPTIONS]",
      summary: "Block until containers of all (or specified) services stop.",
      options: [.flag("down-project", nil, "Drops project when the first container stops")], arguments: .atLeast(1)
    ) { compose in
      let (name, project) = try compose.projectByName()
      let containers = try await compose.selectedContainers(name, project)
      guard !containers.isEmpty else { throw CommandFailure("no containers for project \"\(name)\"") }
      let stopsAtFirst = compose.options.flag("down-project")
      let code = try await withThrowingTaskGroup(of: (String, Int64).self) { group in
        for container in containers {
          group.addTask {
            let waiting = PendingWait(
              chunks: try await compose.engine.stream(
                .post, "/containers/\(container.id)/wait", [("condition", "not-running")]))
            return (container.name, try await waiting.result().StatusCode)
          }
        }
        var last: Int64 = 0
        while let (container, code) = try await group.next() {
          compose.invocation.printLine("container \(container.quoted) exited with status code \(code)")
          last = code
          if stopsAtFirst {
            group.cancelAll()
            break
          }
        }
        return last
      }
      if stopsAtFirst {
        try await compose.execute(
          DownPlanner(name: name, project: project, state: try await compose.state(name)).makePlan())
      }
      return Int32(truncatingIfNeeded: code)
    }
  }
}
