import EngineAPI

extension Command {
  static var plan: Command {
    Command(
      "plan", usage: "[OPTIONS]",
      summary: "Show how this host's network differs from its desired state",
      options: [.flag("quiet", "q", "Only set the exit status: 1 if there are differences")], arguments: .none
    ) { invocation in
      let plan: Wire.Plan = try await invocation.engine.get("/causeway/v1/plan")
      if invocation.options.flag("quiet") { return plan.Steps.isEmpty ? 0 : 1 }
      invocation.show(plan)
      if plan.Steps.isEmpty { invocation.printError("no differences") }
      return 0
    }
  }
}
