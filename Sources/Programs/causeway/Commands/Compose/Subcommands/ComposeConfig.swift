import JSON
import Compose
import EngineAPI
import Glibc

extension ComposeCommand {
  static var config: ComposeCommand {
    ComposeCommand(
      "config", summary: "Parse, resolve and render compose file in canonical format",
      options: [
        .flag("environment", nil, "Print environment used for interpolation."),
        .text("format", nil, "Format the output. Values: [yaml | json]", default: "\"yaml\""),
        .text("hash", nil, "Print the service config hash, one per line."),
        .flag("images", nil, "Print the image names, one per line."),
        .flag("networks", nil, "Print the network names, one per line."),
        .flag("no-interpolate", nil, "Don't interpolate environment variables"),
        .text("output", "o", "Save to file (default to stdout)"),
        .flag("profiles", nil, "Print the profile names, one per line."),
        .flag("quiet", "q", "Only validate the configuration, don't print anything"),
        .flag("services", nil, "Print the service names, one per line."),
        .flag("volumes", nil, "Print the volume names, one per line."),
      ]
    ) { compose in
      let options = compose.options
      var project = try compose.project(interpolates: !options.flag("no-interpolate"))
      try project.activate(services: compose.arguments)
      for service in project.services { _ = try ServiceContainer(project: project, service: service, number: 1).body() }
      guard !options.flag("quiet") else { return 0 }
      let text = try text(compose, project)
      guard let path = options.text("output") else {
        Descriptor.output.write(text)
        return 0
      }
      let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw LocalFile.failure(path) }
      defer { close(descriptor) }
      guard Descriptor(number: descriptor).write(text) else { throw LocalFile.failure(path) }
      return 0
    }
  }

  private static func text(_ compose: ComposeInvocation, _ project: Project) throws -> String {
    let options = compose.options
    func lines(_ words: some Sequence<String>) -> String { words.map { $0 + "\n" }.joined() }
    let services =
      compose.arguments.isEmpty ? project.services : project.services.filter { compose.arguments.contains($0.name) }
    if options.flag("services") { return lines(services.map(\.name)) }
    if options.flag("volumes") { return lines(project.volumes.map(\.key)) }
    if options.flag("networks") { return lines(project.networks.map(\.key)) }
    if options.flag("images") { return lines(services.map { $0.image(in: project.name) }) }
    if options.flag("profiles") { return lines(Set(project.allServices.flatMap(\.profiles)).sorted()) }
    if options.flag("environment") {
      return lines(project.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
    }
    if let asked = options.text("hash") {
      let names = Set(asked.split(separator: ",").map(String.init))
      if asked != "*" {
        for name in names where project.service(name) == nil { throw CommandFailure("no such service: \(name)") }
      }
      return lines(
        project.services.filter { asked == "*" || names.contains($0.name) }
          .map { "\($0.name) \(ConfigurationHash.of($0))" })
    }
    switch options.text("format") ?? "yaml" {
    case "yaml": return YAMLWriter.text(project.configuration)
    case "json": return project.configuration.json().indentedText(by: "  ") + "\n"
    case let other: throw CommandFailure("unsupported format \(other.quoted): one of yaml, json")
    }
  }
}
