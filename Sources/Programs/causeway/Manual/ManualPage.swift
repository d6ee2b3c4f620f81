/// A page of the manual in man(7), made from the grammar: what the help says and the page says is one thing.
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
        "That of the container's program; 125 when the container could not be made or started, 126 when its program "
          + "cannot be run, 127 when there is no such program.")
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
      "Speaks with a Causeway engine, or with any other that has the Docker Engine API. Commands, options and what they "
        + "print are those of docker(1); beside them stands what is Causeway's own, such as --plan.")
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
    page.item("\\fI/run/causeway.sock\\fR", "Where the engine listens unless told otherwise.")
    page.item("\\fI~/.docker/config.json\\fR", "Logins and settings, shared with docker(1).")
    page.item("\\fI~/.docker/contexts\\fR", "Contexts, shared with docker(1).")
    page.section("EXIT STATUS")
    page.paragraph("0 when all went well, 1 when the engine refused, 125 for words that cannot be read.")
    page.seeAlso(["causewayd", "docker"])
    return ManualPage(name: program, text: page.text)
  }

  private static let environment = [
    ("CAUSEWAY_HOST", "Where the engine is; comes before DOCKER_HOST."),
    ("DOCKER_HOST", "Where the engine is: unix:///path or tcp://host:port."),
    ("DOCKER_CONTEXT", "The context to use when neither of them is set."),
    ("DOCKER_CONFIG", "The folder of the configuration, ~/.docker unless set."),
    ("DOCKER_API_VERSION", "The version of the API to speak; unset, the newest that both sides know."),
    ("DOCKER_TLS_VERIFY", "When it is not empty, TLS is used and the engine must prove itself."),
    ("DOCKER_CERT_PATH", "The folder of ca.pem, cert.pem and key.pem."),
    ("NO_COLOR", "When it is not empty, nothing is coloured."),
  ]
}
