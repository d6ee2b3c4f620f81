import EngineAPI

extension Command {
  static var volumeCreate: Command {
    Command(
      "volume create", usage: "[OPTIONS] [VOLUME]", summary: "Create a volume",
      options: [
        .text("driver", "d", "Specify volume driver name", default: "\"local\""),
        .list("label", nil, "Set metadata for a volume"),
        .text("name", nil, "Specify volume name"),
        .list("opt", "o", "Set driver specific options", type: "map"),
      ],
      arguments: .atMost(1)
    ) { invocation in
      let options = invocation.options
      guard !options.isSet("name") || invocation.arguments.isEmpty else {
        throw UsageError.value(
          "conflicting options: cannot specify a volume-name through both --name and as a positional arg")
      }
      var body = Wire.VolumeCreateBody()
      body.Name = invocation.arguments.first ?? options.text("name") ?? ""
      body.Driver = options.text("driver") ?? "local"
      body.DriverOpts = try KeyValueMap.pairs(options.all("opt"), option: "-o, --opt")
      body.Labels = KeyValueMap.parse(options.all("label"))
      let volume: Wire.Volume = try await invocation.engine.post("/volumes/create", body: body)
      invocation.printLine(volume.Name)
      return 0
    }
  }
}
