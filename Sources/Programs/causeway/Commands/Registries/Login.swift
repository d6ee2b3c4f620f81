import JSON
import EngineAPI
import EngineClient

extension Command {
  static var login: Command {
    Command(
      "login", usage: "[OPTIONS] [SERVER]", summary: "Authenticate to a registry",
      detail: "Defaults to Docker Hub if no server is specified.",
      options: [
        .text("password", "p", "Password or Personal Access Token (PAT)"),
        .flag("password-stdin", nil, "Take the Password or Personal Access Token (PAT) from stdin"),
        .text("username", "u", "Username"),
      ],
      arguments: .atMost(1)
    ) { invocation in
      let options = invocation.options
      if options.isSet("password") {
        invocation.printError("WARNING! Using --password via the CLI is insecure. Use --password-stdin.")
        guard !options.flag("password-stdin") else {
          throw UsageError.value("conflicting options: cannot specify both --password and --password-stdin")
        }
      }
      guard !options.flag("password-stdin") || options.isSet("username") else {
        throw UsageError.value("the --password-stdin option requires --username to be set")
      }
      var credentials = RegistryCredentials(configuration: invocation.configuration)
      let server = RegistryCredentials.key(invocation.arguments.first ?? "")
      var login = try await credentials.login(for: server)
      if !options.isSet("username"), !options.isSet("password"), !login.isEmpty {
        let whose = login.username.isEmpty ? "" : " [Username: \(login.username)]"
        invocation.printLine("Authenticating with existing credentials...\(whose)")
        if let status = try? await authenticate(invocation, &login) {
          return try await accepted(invocation, &credentials, login, status)
        }
        invocation.printError("Login did not succeed, error: the registry rejected the stored credentials")
      }
      login = try await LoginPrompt(invocation: invocation, server: server).ask(known: login.username)
      let status = try await authenticate(invocation, &login)
      return try await accepted(invocation, &credentials, login, status)
    }
  }

  /// - Returns: the registry's status message.
  private static func authenticate(_ invocation: Invocation, _ login: inout RegistryLogin) async throws -> String {
    let body = JSONValue.object([
      JSONMember("username", .string(login.username)), JSONMember("password", .string(login.password)),
      JSONMember("identitytoken", .string(login.identityToken)), JSONMember("serveraddress", .string(login.server)),
    ])
    let answer = try JSONParser.parse(try await invocation.engine.raw(.post, "/auth", body: body))
    if let token = answer["IdentityToken"]?.text, !token.isEmpty {
      login.password = ""
      login.identityToken = token
    }
    return answer["Status"]?.text ?? "Login Succeeded"
  }

  private static func accepted(
    _ invocation: Invocation, _ credentials: inout RegistryCredentials, _ login: RegistryLogin, _ status: String
  ) async throws -> Int32 {
    if try await credentials.save(login) {
      invocation.printError(
        "\nWARNING! Your credentials are stored unencrypted in '\(invocation.configuration.path)'.\n"
          + "Configure a credential helper to remove this warning. See\n"
          + "https://docs.docker.com/go/credential-store/\n")
    }
    invocation.printLine(status)
    return 0
  }
}

/// Prompts for the credentials that the command line does not name.
private struct LoginPrompt {
  let invocation: Invocation
  let server: String

  func ask(known username: String) async throws -> RegistryLogin {
    let options = invocation.options
    var login = RegistryLogin()
    login.server = server
    login.username = options.text("username") ?? ""
    login.password = options.text("password") ?? ""
    if options.flag("password-stdin") {
      var bytes: [UInt8] = []
      while let piece = await Descriptor.input.read() { bytes += piece }
      login.password = String(decoding: bytes, as: UTF8.self).trimmingNewlines
    }
    if login.username.isEmpty || login.password.isEmpty, !Descriptor.input.isTerminal {
      throw CommandFailure("Error: Cannot perform an interactive login from a non TTY device")
    }
    if login.username.isEmpty {
      login.username = try await line("Username\(username.isEmpty ? "" : " (\(username))"): ")
      if login.username.isEmpty { login.username = username }
      guard !login.username.isEmpty else { throw CommandFailure("Error: Non-null Username Required") }
    }
    if login.password.isEmpty {
      let silence = TerminalMode.silent(.input)
      defer { silence?.restore() }
      login.password = try await line("Password: ")
      Descriptor.error.write("\n")
      guard !login.password.isEmpty else { throw CommandFailure("Error: Password Required") }
    }
    return login
  }

  private func line(_ prompt: String) async throws -> String {
    Descriptor.error.write(prompt)
    return String(decoding: await Descriptor.input.read(upTo: 4096) ?? [], as: UTF8.self).trimmingNewlines
  }
}
