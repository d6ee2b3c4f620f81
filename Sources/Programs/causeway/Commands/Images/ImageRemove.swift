import JSON
import EngineAPI

extension Command {
  static var imageRemove: Command {
    Command(
      "image rm", "image remove", "rmi", usage: "[OPTIONS] IMAGE [IMAGE...]", summary: "Remove one or more images",
      options: [
        .flag("force", "f", "Force removal of the image"),
        .flag("no-prune", nil, "Do not delete untagged parents"),
        OptionSpecification(
          "platform", nil, .commaSeparated,
          "Remove only the given platform variant. Formatted as \"os[/arch[/variant]]\" (e.g., \"linux/amd64\")"),
      ],
      arguments: .atLeast(1)
    ) { invocation in
      let options = invocation.options
      var query: EngineSession.Query = []
      if options.flag("force") { query.append(("force", "1")) }
      if options.flag("no-prune") { query.append(("noprune", "1")) }
      for platform in options.all("platform") { query.append(("platforms", PlatformText.json(platform))) }
      return try await invocation.forEach(invocation.arguments) { name in
        do {
          let body = try await invocation.engine.delete(invocation.path("images", name), query)
          Descriptor.output.write(text(try JSONDecoding.decode([Wire.ImageDeleted].self, from: body)))
        } catch let response as EngineErrorResponse where options.flag("force") && response.status == 404 {
          invocation.printError("Error response from daemon: \(response.message)")
        }
      }
    }
  }

  /// One line for each removed name and image.
  static func text(_ deletions: [Wire.ImageDeleted]) -> String {
    deletions.map { deletion in
      deletion.Deleted.map { "Deleted: \($0)\n" } ?? "Untagged: \(deletion.Untagged ?? "")\n"
    }.joined()
  }
}
