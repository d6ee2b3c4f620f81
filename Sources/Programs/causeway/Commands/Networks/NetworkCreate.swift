import EngineAPI
import EngineClient

extension Command {
  static var networkCreate: Command {
    Command(
      "network create", usage: "[OPTIONS] NETWORK", summary: "Create a network",
      options: [
        .flag("attachable", nil, "Enable manual container attachment"),
        .list("aux-address", nil, "Auxiliary IPv4 or IPv6 addresses used by Network driver", type: "map"),
        .text("config-from", nil, "The network from which to copy the configuration"),
        .flag("config-only", nil, "Create a configuration only network"),
        .text("driver", "d", "Driver to manage the Network", default: "\"bridge\""),
        OptionSpecification("gateway", nil, .commaSeparated, "IPv4 or IPv6 Gateway for the master subnet"),
        .flag("ingress", nil, "Create swarm routing-mesh network"),
        .flag("internal", nil, "Restrict external access to the network"),
        OptionSpecification("ip-range", nil, .commaSeparated, "Allocate container ip from a sub-range"),
        .text("ipam-driver", nil, "IP Address Management Driver", default: "\"default\""),
        .list("ipam-opt", nil, "Set IPAM driver specific options", type: "map"),
        .flag("ipv4", nil, "Enable or disable IPv4 address assignment", default: true),
        .flag("ipv6", nil, "Enable or disable IPv6 address assignment"),
        .list("label", nil, "Set metadata on a network"),
        .list("opt", "o", "Set driver specific options", type: "map"),
        .plan,
        .text("scope", nil, "Control the network's scope"),
        OptionSpecification(
          "subnet", nil, .commaSeparated, "Subnet in CIDR format that represents a network segment"),
      ],
      arguments: .exactly(1)
    ) { invocation in
      let body = try NetworkRequest(options: invocation.options).body()
      if invocation.options.flag("plan") {
        try await invocation.showPlan(.post, "/networks/create", body: body)
        return 0
      }
      let made: Wire.NetworkCreateResponse = try await invocation.engine.post("/networks/create", body: body)
      if !made.Warning.isEmpty { invocation.printError("WARNING: \(made.Warning)") }
      invocation.printLine(made.Id)
      return 0
    }
  }
}
