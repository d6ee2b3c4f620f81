import JSON
import Compose
import EngineAPI

extension ComposeCommand {
  static var pull: ComposeCommand {
    ComposeCommand(
      "pull", summary: "Pull service images",
      options: [
        .flag("ignore-buildable", nil, "Ignore images that can be built"),
        .flag("ignore-pull-failures", nil, "Pull what it can and ignores images with pull failures"),
        .flag("include-deps", nil, "Also pull services declared as dependencies"),
        .text("policy", nil, "Apply pull policy (\"missing\"|\"always\")"),
        .flag("quiet", "q", "Pull without printing progress information"),
      ]
    ) { compose in
      let options = compose.options
      let (project, selected) = try compose.selected()
      let present = Set(
        try await ImageIdentities(engine: compose.engine).of(selected.map { $0.image(in: project.name) }).keys)
      let pulls = selected.filter { service in
        if service.node["image"] == nil { return false }
        if service.build != nil, options.flag("ignore-buildable") { return false }
        let policy = options.text("policy") ?? service.node["pull_policy"]?.text
        if policy == "never" || policy == "build" { return false }
        return !(policy == "missing" || policy == "if_not_present")
          || !present.contains(service.image(in: project.name))
      }
      var preparation = ImagePreparation(invocation: compose, project: project)
      preparation.isQuiet = options.flag("quiet")
      let images = pulls.map { (image: $0.image(in: project.name), platform: $0.node["platform"]?.text) }
      guard !compose.isDryRun else {
        for image in images { compose.invocation.say("DRY-RUN  Image \(image.image)  Pulling") }
        return 0
      }
      try await preparation.pull(images, toleratingFailures: options.flag("ignore-pull-failures"))
      return 0
    }
  }

  static var build: ComposeCommand {
    ComposeCommand(
      "build", summary: "Build or rebuild services",
      options: [
        .list("build-arg", nil, "Set build-time variables for services", type: "stringArray"),
        OptionSpecification("memory", "m", .bytes, "Set memory limit for the build container"),
        .flag("no-cache", nil, "Do not use cache when building the image"),
        .flag("pull", nil, "Always attempt to pull a newer version of the image"),
        .flag("quiet", "q", "Suppress the build output"),
        .flag("with-dependencies", nil, "Also build dependencies (transitively)"),
      ]
    ) { compose in
      let options = compose.options
      var project = try compose.project()
      try project.activate(services: compose.arguments)
      let selected = try UpPlanner.selected(
        compose.arguments, of: project,
        leavesDependencies: !compose.arguments.isEmpty && !options.flag("with-dependencies"))
      var arguments: [String: String?] = [:]
      for text in options.all("build-arg") {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        arguments.updateValue(parts.count == 2 ? parts[1] : nil, forKey: parts[0])
      }
      for service in selected where service.build != nil {
        guard !compose.isDryRun else {
          compose.invocation.say("DRY-RUN  Image \(service.image(in: project.name))  Building")
          continue
        }
        var build = ImageBuild(invocation: compose, project: project, service: service, isQuiet: options.flag("quiet"))
        build.ignoresCache = options.flag("no-cache")
        build.pullsBases = options.flag("pull")
        build.arguments = arguments
        build.memory = options.bytes("memory") ?? 0
        try await build.build()
      }
      return 0
    }
  }

  static var images: ComposeCommand {
    ComposeCommand(
      "images", summary: "List images used by the created containers",
      options: [
        .text("format", nil, "Format the output. Values: [table | json]", default: "\"table\""),
        .flag("quiet", "q", "Only display IDs"),
      ]
    ) { compose in
      let (name, project) = try compose.projectByName()
      let chosen = Set(try await compose.chosenContainers(name, project).map(\.id))
      var rows: [(container: String, image: Wire.ImageInspect, name: String)] = []
      for summary in try await compose.summaries(name).sorted(by: { $0.Names.first ?? "" < $1.Names.first ?? "" })
      where chosen.contains(summary.Id) {
        let image: Wire.ImageInspect = try await compose.engine.get("/images/\(summary.ImageID)/json")
        rows.append((ObservedContainer(summary).name, image, summary.Image))
      }
      if compose.options.flag("quiet") {
        for id in Set(rows.map(\.image.Id)).sorted() { compose.invocation.say(bare(id)) }
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
        compose.invocation.say(JSONValue.array(values).compactText)
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
