import EngineAPI

extension Command {
  static var networkList: Command {
    Command(
      "network ls", "network list", usage: "[OPTIONS]", summary: "List networks",
      options: [
        .list("filter", "f", "Provide filter values (e.g. \"driver=bridge\")", type: "filter"),
        .text("format", nil, "Format output using a custom template:\n\(formatHelp)"),
        .flag("no-trunc", nil, "Do not truncate the output"),
        .flag("quiet", "q", "Only display network IDs"),
      ],
      arguments: .none
    ) { invocation in
      let options = invocation.options
      let filters = try FilterArguments(options.all("filter"))
      let networks: [Wire.Network] = try await invocation.engine.get(
        "/networks", filters.isEmpty ? [] : [("filters", filters.json)])
      let truncates = !options.flag("no-trunc")
      func id(_ network: Wire.Network) -> String { truncates ? String(network.Id.prefix(12)) : network.Id }
      let sorted = networks.sorted { $0.Name < $1.Name }
      guard !options.flag("quiet") || options.isSet("format") else {
        for network in sorted { invocation.printLine(id(network)) }
        return 0
      }
      let headers = [
        "ID": "NETWORK ID", "Name": "NAME", "Driver": "DRIVER", "Scope": "SCOPE", "IPv4": "IPV4", "IPv6": "IPV6",
        "Internal": "INTERNAL", "Labels": "LABELS", "CreatedAt": "CREATED AT",
      ]
      let rows = sorted.map { network in
        let fields = [
          "CreatedAt": DateText.goText(network.Created), "Driver": network.Driver, "ID": id(network),
          "IPv4": String(network.EnableIPv4), "IPv6": String(network.EnableIPv6),
          "Internal": String(network.Internal),
          "Labels": network.Labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ","),
          "Name": network.Name, "Scope": network.Scope,
        ]
        return ListRow(fields, labels: network.Labels)
      }
      let list = ListFormat(
        options.text("format") ?? invocation.configuration.text("networksFormat"),
        standard: "{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}")
      Descriptor.output.write(try list.text(headers: headers, rows: rows))
      return 0
    }
  }
}
