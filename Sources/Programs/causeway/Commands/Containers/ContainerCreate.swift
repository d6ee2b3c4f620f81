extension Command {
  static var containerCreate: Command {
    Command(
      "container create", "create", usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]", summary: "Create a new container",
      options: ContainerOptions.specifications, arguments: .atLeast(1), order: .optionsFirst, failureCode: 125
    ) { invocation in
      let creation = ContainerCreation(invocation: invocation)
      let body = try creation.body()
      if invocation.options.flag("plan") {
        try await creation.printPlan(body)
        return 0
      }
      invocation.printLine(try await creation.create(body))
      return 0
    }
  }
}
