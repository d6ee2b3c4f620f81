extension Command {
  static var containerRename: Command {
    Command(
      "container rename", "rename", usage: "CONTAINER NEW_NAME", summary: "Rename a container", arguments: .exactly(2)
    ) { invocation in
      try await invocation.engine.post(
        invocation.path("containers", invocation.arguments[0], "/rename"), [("name", invocation.arguments[1])])
      return 0
    }
  }
}
