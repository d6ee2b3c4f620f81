extension Command {
  static var logout: Command {
    Command(
      "logout", usage: "[SERVER]", summary: "Log out from a registry",
      detail: "Defaults to Docker Hub if no server is specified.", arguments: .atMost(1), usesEngine: false
    ) { invocation in
      var credentials = RegistryCredentials(configuration: invocation.configuration)
      let server = RegistryCredentials.key(invocation.arguments.first ?? "")
      let wasKnown = try await credentials.remove(server)
      guard wasKnown else {
        invocation.printLine("Not logged in to \(server)")
        return 0
      }
      invocation.printLine("Removing login credentials for \(server)")
      return 0
    }
  }
}
