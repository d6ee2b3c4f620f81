import EngineAPI
import EngineClient

extension Command {
  static var networkConnect: Command {
    Command(
      "network connect", usage: "[OPTIONS] NETWORK CONTAINER", summary: "Connect a container to a network",
      options: [
        OptionSpecification("alias", nil, .commaSeparated, "Add network-scoped alias for the container"),
        OptionSpecification("driver-opt", nil, .commaSeparated, "driver options for the network"),
        .integer(
          "gw-priority", nil,
          "Highest gw-priority provides the default gateway. Accepts positive and negative values."),
        .text("ip", nil, "IPv4 address (e.g., \"172.30.100.104\")"),
        .text("ip6", nil, "IPv6 address (e.g., \"2001:db8::33\")"),
        .list("link", nil, "Add link to another container"),
        OptionSpecification("link-local-ip", nil, .commaSeparated, "Add a link-local address for the container"),
        .plan,
      ],
      arguments: .exactly(2)
    ) { invocation in
      let options = invocation.options
      var settings = Wire.EndpointSettings()
      let aliases = options.all("alias")
      settings.Aliases = aliases.isEmpty ? nil : aliases
      let links = options.all("link")
      settings.Links = links.isEmpty ? nil : links
      if options.isSet("driver-opt") {
        settings.DriverOpts = try KeyValueMap.pairs(options.all("driver-opt"), option: "--driver-opt")
      }
      settings.GwPriority = Int(options.integer("gw-priority") ?? 0)
      settings.IPAMConfig = ContainerRequest.addresses(
        ipv4: options.text("ip") ?? "", ipv6: options.text("ip6") ?? "", linkLocal: options.all("link-local-ip"))
      var body = Wire.NetworkConnectBody()
      body.Container = invocation.arguments[1]
      body.EndpointConfig = settings
      try await invocation.changeAttachment("/connect", body)
      return 0
    }
  }
}

extension Invocation {
  /// Connects or disconnects a container, or shows the plan for it (`--plan`).
  func changeAttachment(_ verb: String, _ body: some Encodable) async throws {
    let path = path("networks", arguments[0], verb)
    guard options.flag("plan") else { return try await engine.post(path, body: body) }
    try await showPlan(.post, path, body: body)
  }
}
