import Compose

extension ComposeCommand {
  static var copy: ComposeCommand {
    ComposeCommand(
      "cp", usage: "[OPTIONS] SERVICE:SRC_PATH DEST_PATH|-\n  SRC_PATH|- SERVICE:DEST_PATH",
      summary: "Copy files/folders between a service container and the local filesystem",
      options: [
        .flag("archive", "a", "Archive mode (copy all uid/gid information)"),
        .flag("follow-link", "L", "Always follow symbol link in SRC_PATH"),
        .containerIndex,
      ], arguments: .exactly(2)
    ) { compose in
      let (name, _) = try compose.projectByName()
      var arguments: [String] = []
      for flag in ["archive", "follow-link"] where compose.options.flag(flag) { arguments.append("--\(flag)") }
      for argument in compose.arguments {
        guard let colon = argument.firstIndex(of: ":"), !argument[..<colon].contains("/"), argument.first != "." else {
          arguments.append(argument)
          continue
        }
        let container = try await compose.container(of: String(argument[..<colon]), name)
        arguments.append(container.name + argument[colon...])
      }
      return try await compose.run(.containerCopy, arguments)
    }
  }
}
