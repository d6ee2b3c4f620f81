import Addressing
import EngineAPI
import EngineClient

extension Command {
  static var createNetwork: Command {
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
      let body = try NetworkDescription(options: invocation.options).body()
      if invocation.options.flag("plan") {
        try await invocation.showPlan(.post, "/networks/create", body: body)
        return 0
      }
      let made: Wire.NetworkCreateResponse = try await invocation.engine.post("/networks/create", body: body)
      if !made.Warning.isEmpty { invocation.complain("WARNING: \(made.Warning)") }
      invocation.say(made.Id)
      return 0
    }
  }
}

/// Turns the options of `network create` into the body of the request.
struct NetworkDescription {
  let options: ParsedOptions

  /// - Throws: ``UsageError`` for addresses that fit no subnet, and the like.
  func body() throws(UsageError) -> Wire.NetworkCreateBody {
    var body = Wire.NetworkCreateBody()
    body.Name = options.arguments[0]
    // Engines before 1.44 make a second network of the same name without it.
    body.CheckDuplicate = true
    body.Driver = options.text("driver") ?? "bridge"
    body.Scope = options.text("scope") ?? ""
    body.EnableIPv4 = options.isSet("ipv4") ? options.flag("ipv4") : nil
    body.EnableIPv6 = options.isSet("ipv6") ? options.flag("ipv6") : nil
    body.Internal = options.flag("internal")
    body.Attachable = options.flag("attachable")
    body.Ingress = options.flag("ingress")
    body.ConfigOnly = options.flag("config-only")
    if let source = options.text("config-from") {
      var reference = Wire.ConfigReference()
      reference.Network = source
      body.ConfigFrom = reference
    }
    body.Options = try KeyValueMap.pairs(options.all("opt"), option: "-o, --opt")
    body.Labels = KeyValueMap.parse(options.all("label"))
    var ipam = Wire.IPAM()
    ipam.Driver = options.text("ipam-driver") ?? "default"
    ipam.Options = try KeyValueMap.pairs(options.all("ipam-opt"), option: "--ipam-opt")
    ipam.Config = try pools()
    body.IPAM = ipam
    return body
  }

  /// A pool for each subnet; ranges, gateways and auxiliary addresses go to the subnet that holds them. A subnet that is
  /// none is left to the engine to refuse.
  private func pools() throws(UsageError) -> [Wire.IPAMConfig] {
    let subnets = options.all("subnet")
    let ranges = options.all("ip-range")
    let gateways = options.all("gateway")
    guard subnets.count >= ranges.count, subnets.count >= gateways.count else {
      throw .value("every ip-range or gateway must have a corresponding subnet")
    }
    var pools: [Pool] = []
    for text in subnets {
      let prefix = IPPrefix(text)
      if let prefix, pools.contains(where: { $0.prefix?.overlaps(prefix) == true }) {
        throw .value("multiple overlapping subnet configuration is not supported")
      }
      var config = Wire.IPAMConfig()
      config.Subnet = text
      pools.append(Pool(prefix: prefix, config: config))
    }
    for text in ranges {
      let index = try place(IPPrefix(text)?.base, in: pools, "no matching subnet for range \(text)")
      if let former = pools[index].config.IPRange {
        throw .value("cannot configure multiple ranges (\(text), \(former)) on the same subnet (\(subnets[index]))")
      }
      pools[index].config.IPRange = text
    }
    for text in gateways {
      let index = try place(IPAddress(text), in: pools, "no matching subnet for gateway \(text)")
      if let former = pools[index].config.Gateway {
        throw .value("cannot configure multiple gateways (\(text), \(former)) for the same subnet (\(subnets[index]))")
      }
      pools[index].config.Gateway = text
    }
    let auxiliaries = try KeyValueMap.pairs(options.all("aux-address"), option: "--aux-address")
    for (name, text) in auxiliaries.sorted(by: { $0.key < $1.key }) {
      let index = try place(IPAddress(text), in: pools, "no matching subnet for aux-address \(text)")
      pools[index].config.AuxiliaryAddresses = (pools[index].config.AuxiliaryAddresses ?? [:])
        .merging([name: text]) { $1 }
    }
    return pools.map(\.config)
  }

  private struct Pool {
    var prefix: IPPrefix?
    var config: Wire.IPAMConfig
  }

  private func place(_ address: IPAddress?, in pools: [Pool], _ refusal: String) throws(UsageError) -> Int {
    guard let address, let index = pools.firstIndex(where: { $0.prefix?.contains(address) == true }) else {
      throw .value(refusal)
    }
    return index
  }
}
