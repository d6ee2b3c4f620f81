import EngineAPI

extension Command {
  static var volumeList: Command {
    Command(
      "volume ls", "volume list", usage: "[OPTIONS]", summary: "List volumes",
      options: [
        .list("filter", "f", "Provide filter values (e.g. \"dangling=true\")", type: "filter"),
        .text("format", nil, "Format output using a custom template:\n\(formatHelp)"),
        .flag("quiet", "q", "Only display volume names"),
      ],
      arguments: .none
    ) { invocation in
      let options = invocation.options
      let filters = try FilterArguments(options.all("filter"))
      let list: Wire.VolumeList = try await invocation.engine.get(
        "/volumes", filters.isEmpty ? [] : [("filters", filters.json)])
      let volumes = list.Volumes.sorted { $0.Name < $1.Name }
      guard !options.flag("quiet") || options.isSet("format") else {
        for volume in volumes { invocation.printLine(volume.Name) }
        return 0
      }
      let headers = [
        "Name": "VOLUME NAME", "Driver": "DRIVER", "Scope": "SCOPE", "Mountpoint": "MOUNTPOINT", "Labels": "LABELS",
        "Links": "LINKS", "Size": "SIZE", "Group": "GROUP", "Status": "STATUS", "Availability": "AVAILABILITY",
      ]
      let rows = volumes.map { volume in
        let labels = (volume.Labels ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let fields = [
          "Availability": "N/A", "Driver": volume.Driver, "Group": "N/A", "Labels": labels.joined(separator: ","),
          "Links": "N/A", "Mountpoint": volume.Mountpoint, "Name": volume.Name, "Scope": volume.Scope, "Size": "N/A",
          "Status": "N/A",
        ]
        return ListRow(fields, labels: volume.Labels ?? [:])
      }
      let format = ListFormat(
        options.text("format") ?? invocation.configuration.text("volumesFormat"), standard: "{{.Driver}}\t{{.Name}}")
      Descriptor.output.write(try format.text(headers: headers, rows: rows))
      return 0
    }
  }
}
