import EngineAPI

extension Command {
  static var networkDisconnect: Command {
    Command(
      "network disconnect", usage: "[OPTIONS] NETWORK CONTAINER", summary: "Disconnect a container from a network",
      options: [
        .flag("force", "f", "Force the container to disconnect from a network"),
        .plan,
      ],
      arguments: .exactly(2)
    ) { invocation in
      var body = Wire.NetworkDisconnectBody()
      body.Container = invocation.arguments[1]
      body.Force = invocation.options.flag("force")
      try await invocation.changeAttachment("/disconnect", body)
      return 0
    }
  }
}
