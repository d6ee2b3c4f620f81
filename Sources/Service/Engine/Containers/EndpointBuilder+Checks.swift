import Addressing
import EngineModel
import NetworkPlan

extension EndpointBuilder {
  /// What may be asked of an attachment to a network (moby: `validateEndpointSettings`). All that is wrong is told.
  static func check(_ settings: EndpointSettings, on network: Network) throws(EngineError) {
    if network.isConfigurationOnly {
      throw EngineError(.forbidden, "network \(network.name) is a configuration-only network, and cannot be used")
    }
    var faults: [String] = []
    let asked = [settings.ipv4.map(IPAddress.v4), settings.ipv6.map(IPAddress.v6)].compactMap(\.self)
    if network.isDefaultBridge {
      if !asked.isEmpty { faults.append("user specified IP address is supported on user defined networks only") }
      if !settings.aliases.isEmpty {
        faults.append("network-scoped alias is supported only for containers in user defined networks")
      }
    } else {
      faults += asked.compactMap { fault(of: $0, on: network) }
    }
    for address in settings.linkLocalAddresses where address.isLoopback || address.isMulticast || address.isUnspecified
    {
      faults.append("invalid link-local IP address: \(address)")
    }
    if let mac = settings.mac {
      if mac.isMulticast || mac.rawValue == 0 { faults.append("invalid MAC address \(mac)") }
      if let refusal = network.behavior.customMACRefusal { faults.append(refusal) }
    }
    faults += InterfaceSettings.faults(settings.driverOptions[InterfaceSettings.key])
    if let name = settings.driverOptions[interfaceKey], InterfaceName(name) == nil || name == "lo" {
      faults.append("interface name \"\(name)\" cannot be used")
    }
    guard faults.isEmpty else {
      throw EngineError(.invalidParameter, "invalid endpoint settings:\n" + faults.joined(separator: "\n"))
    }
  }

  static let interfaceKey = "com.docker.network.endpoint.ifname"

  /// An address can be had of a subnet that the user chose: one that the engine chose may be another next time.
  private static func fault(of address: IPAddress, on network: Network) -> String? {
    let subnets = network.ipam.pools.filter { $0.isChosen != true }.compactMap(\.subnet)
      .filter { $0.family == address.family }
    guard !subnets.isEmpty else {
      return "user specified IP address is supported only when connecting to networks with user configured subnets"
    }
    return subnets.contains { $0.contains(address) }
      ? nil : "no configured subnet or ip-range contain the IP address \(address)"
  }
}

/// Kernel settings of one interface of a container, as Docker's users write them: `net.ipv4.conf.IFNAME.log_martians=1`,
/// several with commas between them.
enum InterfaceSettings {
  static let key = "com.docker.network.endpoint.sysctls"

  static func faults(_ list: String?) -> [String] {
    entries(list).compactMap { entry in
      read(entry, "eth0") == nil
        ? "unrecognised network interface sysctl '\(entry)'; represent 'net.X.Y.ethN.Z=V' as 'net.X.Y.IFNAME.Z=V', 'X' "
          + "must be 'ipv4', 'ipv6' or 'mpls'"
        : nil
    }
  }

  /// The settings of an interface, keys with slashes.
  static func settings(_ list: String?, of interface: InterfaceName) -> [String: String] {
    var result: [String: String] = [:]
    for entry in entries(list) {
      if let (key, value) = read(entry, interface.rawValue) { result[key] = value }
    }
    return result
  }

  private static func entries(_ list: String?) -> [String] {
    list.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) } ?? []
  }

  private static func read(_ entry: String, _ interface: String) -> (key: String, value: String)? {
    guard let sign = entry.firstIndex(of: "=") else { return nil }
    var parts = entry[..<sign].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    // The client makes keys lower case.
    guard parts.count == 5, parts[0] == "net", ["ipv4", "ipv6", "mpls"].contains(parts[1]),
      ["IFNAME", "ifname"].contains(parts[3]), !parts[2].isEmpty, !parts[4].isEmpty,
      parts.allSatisfy({ !$0.contains("/") && $0 != ".." })
    else { return nil }
    parts[3] = interface
    return (parts.joined(separator: "/"), String(entry[entry.index(after: sign)...]))
  }
}
