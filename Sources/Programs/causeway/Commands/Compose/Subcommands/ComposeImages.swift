import Compose
import EngineAPI
import JSON

extension ComposeCommand {
  static var images: ComposeCommand {
    ComposeCommand(
      "images", summary: "List images used by the created containers",
      options: [
        .text("format", nil, "Format the output. Values: [table | json]", default: "\"table\""),
        .flag("quiet", "q", "Only display IDs"),
      ]
    ) { compose in
      let (name, project) = try compose.projectByName()
      let chosen = Set(try await compose.selectedContainers(name, project).map(\.id))
      var rows: [(container: String, image: Wire.ImageInspect, name: String)] = []
      for summary in try await compose.summaries(name).sorted(by: { $0.Names.first ?? "" < $1.Names.first ?? "" })
      where chosen.contains(summary.Id) {
        let image: Wire.ImageInspect = try await compose.engine.get("/images/\(summary.ImageID)/json")
        rows.append((ObservedContainer(summary).name, image, summary.Image))
      }
      if compose.options.flag("quiet") {
        for id in Set(rows.map(\.image.Id)).sorted() { compose.invocation.printLine(bare(id)) }
        return 0
      }
      if compose.options.text("format") == "json" {
        let values = rows.map { row in
          let (repository, tag) = ImageReference.parts(row.name)
          return JSONValue.object([
            JSONMember("ID", .string(row.image.Id)), JSONMember("ContainerName", .string(row.container)),
            JSONMember("Repository", .string(repository)), JSONMember("Tag", .string(tag)),
            JSONMember("Size", .number(String(row.image.Size))),
          ])
        }
        compose.invocation.printLine(JSONValue.array(values).compactText)
        return 0
      }
      let lines = rows.map { row in
        let (repository, tag) = ImageReference.parts(row.name)
        return
          "\(row.container)\t\(repository)\t\(tag)\t\(bare(row.image.Id).prefix(12))\t\(HumanText.size(row.image.Size))"
      }
      Descriptor.output.write(Table.aligned(["CONTAINER\tREPOSITORY\tTAG\tIMAGE ID\tSIZE"] + lines, minimumWidth: 0))
      return 0
    }
  }

  private static func bare(_ id: String) -> String { id.hasPrefix("sha256:") ? String(id.dropFirst(7)) : id }
}
