extension Command {
  static var contextShow: Command {
    Command(
      "context show", summary: "Print the name of the current context", arguments: .none, usesEngine: false
    ) { invocation in
      invocation.printLine(invocation.contextName)
      return 0
    }
  }
}
