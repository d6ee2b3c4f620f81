import Addressing
import EngineAPI

/// Builds the body of `POST /networks/create` from the options of `network create`.
struct NetworkRequest {
  let options: ParsedOptions

  /// - Throws: ``UsageError`` for an address outside all subnets, for overlapping subnets, and the like.
  func body() throws(UsageError) -> Wire.NetworkCreateBody {
    var body = Wire.NetworkCreateBody()
    body.Name = options.arguments[0]
    // Without this member, engines before 1.44 create a second network of the same name.
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

  /// One pool for each subnet. Each range, gateway and auxiliary address goes to the subnet that contains it. The
  /// engine rejects malformed subnets.
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
      let index = try poolIndex(for: IPPrefix(text)?.base, in: pools, orThrow: "no matching subnet for range \(text)")
      if let existing = pools[index].config.IPRange {
        throw .value("cannot configure multiple ranges (\(text), \(existing)) on the same subnet (\(subnets[index]))")
      }
      pools[index].config.IPRange = text
    }
    for text in gateways {
      let index = try poolIndex(for: IPAddress(text), in: pools, orThrow: "no matching subnet for gateway \(text)")
      if let existing = pools[index].config.Gateway {
        throw .value(
          "cannot configure multiple gateways (\(text), \(existing)) for the same subnet (\(subnets[index]))")
      }
      pools[index].config.Gateway = text
    }
    let auxiliaries = try KeyValueMap.pairs(options.all("aux-address"), option: "--aux-address")
    for (name, text) in auxiliaries.sorted(by: { $0.key < $1.key }) {
      let index = try poolIndex(for: IPAddress(text), in: pools, orThrow: "no matching subnet for aux-address \(text)")
      pools[index].config.AuxiliaryAddresses = (pools[index].config.AuxiliaryAddresses ?? [:])
        .merging([name: text]) { $1 }
    }
    return pools.map(\.config)
  }

  private struct Pool {
    var prefix: IPPrefix?
    var config: Wire.IPAMConfig
  }

  private func poolIndex(for address: IPAddress?, in pools: [Pool], orThrow message: String) throws(UsageError) -> Int {
    guard let address, let index = pools.firstIndex(where: { $0.prefix?.contains(address) == true }) else {
      throw .value(message)
    }
    return index
  }
}
