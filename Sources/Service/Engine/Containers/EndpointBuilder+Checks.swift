import Addressing
import EngineModel
import NetworkPlan

extension EndpointBuilder {
  /// Validates endpoint settings; the error names all faults (moby: `validateEndpointSettings`).
  static func check(_ settings: EndpointSettings, on network: Network) throws(EngineError) {
    if network.isConfigurationOnly {
      throw EngineError(.forbidden, "network \(network.name) is a configuration-only network, and cannot be used")
    }
    var problems: [String] = []
    let requestedAddresses = [settings.ipv4.map(IPAddress.v4), settings.ipv6.map(IPAddress.v6)].compactMap(\.self)
    if network.isDefaultBridge {
      if !requestedAddresses.isEmpty {
        problems.append("user specified IP address is supported on user defined networks only")
      }
      if !settings.aliases.isEmpty {
        problems.append("network-scoped alias is supported only for containers in user defined networks")
      }
    } else {
      problems += requestedAddresses.compactMap { problem(of: $0, on: network) }
    }
    for address in settings.linkLocalAddresses where address.isLoopback || address.isMulticast || address.isUnspecified
    {
      problems.append("invalid link-local IP address: \(address)")
    }
    if let mac = settings.mac {
      if mac.isMulticast || mac.rawValue == 0 { problems.append("invalid MAC address \(mac)") }
      if let refusal = network.behavior.customMACRefusal { problems.append(refusal) }
    }
    problems += InterfaceSettings.problems(settings.driverOptions[InterfaceSettings.key])
    if let name = settings.driverOptions[interfaceKey], InterfaceName(name) == nil || name == "lo" {
      problems.append("interface name \"\(name)\" cannot be used")
    }
    guard problems.isEmpty else {
      throw EngineError(.invalidParameter, "invalid endpoint settings:\n" + problems.joined(separator: "\n"))
    }
  }

  static let interfaceKey = "com.docker.network.endpoint.ifname"

  /// A user may request an address only from a subnet that the user chose: the engine may choose another subnet later.
  private static func problem(of address: IPAddress, on network: Network) -> String? {
    let subnets = network.ipam.pools.filter { $0.isAutomatic != true }.compactMap(\.subnet)
      .filter { $0.family == address.family }
    guard !subnets.isEmpty else {
      return "user specified IP address is supported only when connecting to networks with user configured subnets"
    }
    return subnets.contains { $0.contains(address) }
      ? nil : "no configured subnet or ip-range contain the IP address \(address)"
  }
}

/// The sysctls of one interface of a container (`com.docker.network.endpoint.sysctls`): a comma-separated list of
/// entries such as `net.ipv4.conf.IFNAME.log_martians=1`.
enum InterfaceSettings {
  static let key = "com.docker.network.endpoint.sysctls"

  static func problems(_ list: String?) -> [String] {
    entries(list).compactMap { entry in
      read(entry, "eth0") == nil
        ? "unrecognised network interface sysctl '\(entry)'; represent 'net.X.Y.ethN.Z=V' as 'net.X.Y.IFNAME.Z=V', 'X' "
          + "must be 'ipv4', 'ipv6' or 'mpls'"
        : nil
    }
  }

  /// The settings of an interface, by path below `/proc/sys`.
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
    // The docker command converts the key to lower case.
    guard parts.count == 5, parts[0] == "net", ["ipv4", "ipv6", "mpls"].contains(parts[1]),
      ["IFNAME", "ifname"].contains(parts[3]), !parts[2].isEmpty, !parts[4].isEmpty,
      parts.allSatisfy({ !$0.contains("/") && $0 != ".." })
    else { return nil }
    parts[3] = interface
    return (parts.joined(separator: "/"), String(entry[entry.index(after: sign)...]))
  }
}
