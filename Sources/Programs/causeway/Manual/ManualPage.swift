/// A manual page for man(7), generated from the same declarations as the help.
struct ManualPage {
  /// `causeway-network-create`.
  let name: String
  let text: String

  var fileName: String { "\(name).1" }

  static let all: [ManualPage] =
    [overview] + CommandGroup.all.map(group) + CommandCatalog.all.filter { !$0.isHidden }.map(command)

  private static let program = "causeway"

  private static func title(_ path: [String]) -> String { ([program] + path).joined(separator: "-") }

  // MARK: Kinds of pages

  private static func command(_ command: Command) -> ManualPage {
    let path = command.paths[0]
    var page = Roff(title(path), summary: command.summary)
    page.section("SYNOPSIS")
    for path in command.paths {
      page.line(".B " + Roff.escape(([program] + path).joined(separator: " ")))
      let usage = command.usage.split(separator: "\n").first.map(String.init) ?? ""
      if !usage.isEmpty { page.paragraph(usage) }
      page.line(".br")
    }
    page.lines.removeLast()
    page.section("DESCRIPTION")
    page.paragraph(command.summary + ".")
    if !command.detail.isEmpty { page.verbatim(command.detail) }
    page.options(command.options)
    if command.failureCode == 125 {
      page.section("EXIT STATUS")
      page.paragraph(
        "The exit status of the container's program; 125 when the container cannot be created or started, 126 when its "
          + "program cannot be executed, 127 when the program does not exist.")
    }
    page.seeAlso([program, path.count > 1 ? title([path[0]]) : ""])
    return ManualPage(name: title(path), text: page.text)
  }

  private static func group(_ group: CommandGroup) -> ManualPage {
    var page = Roff(title([group.name]), summary: group.summary)
    page.section("SYNOPSIS")
    page.line(".B " + Roff.escape("\(program) \(group.name)"))
    page.paragraph("COMMAND")
    page.section("DESCRIPTION")
    page.paragraph(group.summary + ".")
    page.section("COMMANDS")
    for command in CommandCatalog.all.filter({ !$0.isHidden && $0.paths[0].count == 2 && $0.paths[0][0] == group.name })
      .sorted(by: { $0.paths[0][1] < $1.paths[0][1] })
    {
      page.item("\\fB" + Roff.escape("\(title(command.paths[0]))") + "\\fR(1)", command.summary)
    }
    page.seeAlso([program])
    return ManualPage(name: title([group.name]), text: page.text)
  }

  private static var overview: ManualPage {
    var page = Roff(program, summary: "Containers on networks that explain themselves")
    page.section("SYNOPSIS")
    page.line(".B " + program)
    page.paragraph("[OPTIONS] COMMAND [ARG...]")
    page.section("DESCRIPTION")
    page.paragraph(
      "The client of a Causeway engine, or of any other engine with the Docker Engine API. Commands, options and "
        + "output are those of docker(1), with additions such as --plan.")
    page.section("COMMANDS")
    for group in CommandGroup.all { page.item("\\fB" + Roff.escape(title([group.name])) + "\\fR(1)", group.summary) }
    for command in CommandCatalog.all.filter({ !$0.isHidden }) {
      guard let short = command.paths.first(where: { $0.count == 1 }) else { continue }
      page.item("\\fB" + Roff.escape(short[0]) + "\\fR", "\(command.summary): \(title(command.paths[0]))(1)")
    }
    page.options(GlobalOptions.specifications)
    page.section("ENVIRONMENT")
    for (name, meaning) in environment { page.item("\\fB\(name)\\fR", meaning) }
    page.section("FILES")
    page.item("\\fI/run/causeway.sock\\fR", "The default socket of the engine.")
    page.item("\\fI~/.docker/config.json\\fR", "Logins and settings, shared with docker(1).")
    page.item("\\fI~/.docker/contexts\\fR", "Contexts, shared with docker(1).")
    page.section("EXIT STATUS")
    page.paragraph("0 on success, 1 when the engine reports an error, 125 when the command line cannot be parsed.")
    page.seeAlso(["causewayd", "docker"])
    return ManualPage(name: program, text: page.text)
  }

  private static let environment = [
    ("CAUSEWAY_HOST", "The engine's address. Overrides DOCKER_HOST."),
    ("DOCKER_HOST", "The engine's address: unix:///path or tcp://host:port."),
    ("DOCKER_CONTEXT", "The context to use when neither variable is set."),
    ("DOCKER_CONFIG", "The configuration folder. The default is ~/.docker."),
    ("DOCKER_API_VERSION", "The API version to use. The default is the newest version that client and engine support."),
    ("DOCKER_TLS_VERIFY", "If not empty, the client uses TLS and verifies the engine's certificate."),
    ("DOCKER_CERT_PATH", "The folder of ca.pem, cert.pem and key.pem."),
    ("NO_COLOR", "If not empty, output has no colours."),
  ]
}
