extension Command {
  static var logout: Command {
    Command(
      "logout", usage: "[SERVER]", summary: "Log out from a registry",
      detail: "If no server is specified, Docker Hub is meant.", arguments: .atMost(1), usesEngine: false
    ) { invocation in
      var credentials = RegistryCredentials(configuration: invocation.configuration)
      let server = RegistryCredentials.key(invocation.arguments.first ?? "")
      let wasKnown = try await credentials.forget(server)
      guard wasKnown else {
        invocation.say("Not logged in to \(server)")
        return 0
      }
      invocation.say("Removing login credentials for \(server)")
      return 0
    }
  }
}
