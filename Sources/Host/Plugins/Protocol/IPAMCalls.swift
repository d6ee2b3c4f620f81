import JSON
package import Addressing
package import EngineModel

/// The calls of Docker's remote IPAM protocol (moby: `libnetwork/docs/ipam.md`).
package enum IPAMCalls {
  static let gatewayType = "com.docker.network.gateway"
  static let macOption = "com.docker.network.endpoint.macaddress"

  package static func capabilities(of plugin: String) -> PluginCall {
    PluginCall(plugin, "IpamDriver.GetCapabilities", [])
  }

  package static func defaultAddressSpaces(of plugin: String) -> PluginCall {
    PluginCall(plugin, "IpamDriver.GetDefaultAddressSpaces", [])
  }

  /// - Parameter pool: the requested subnet and range; either may be missing.
  package static func requestPool(
    _ plugin: String, space: String, _ pool: AddressPool, _ family: AddressFamily, options: [String: String]
  ) -> PluginCall {
    PluginCall(
      plugin, "IpamDriver.RequestPool",
      [
        JSONMember("AddressSpace", .string(space)), JSONMember("Pool", .string(pool.subnet?.description ?? "")),
        JSONMember("SubPool", .string(pool.range?.description ?? "")),
        JSONMember("Options", NetworkDriverCalls.text(options)), JSONMember("V6", .bool(family == .ipv6)),
      ])
  }

  package static func releasePool(_ plugin: String, id: String) -> PluginCall {
    PluginCall(plugin, "IpamDriver.ReleasePool", [JSONMember("PoolID", .string(id))])
  }

  /// - Parameters:
  ///   - address: a requested address; `nil`: any.
  ///   - mac: for plugins that require it.
  package static func requestAddress(
    _ plugin: String, pool: String, _ address: IPAddress?, isGateway: Bool = false, mac: MACAddress? = nil
  ) -> PluginCall {
    var options: [String: String] = [:]
    if isGateway { options["RequestAddressType"] = gatewayType }
    if let mac { options[macOption] = mac.description }
    return PluginCall(
      plugin, "IpamDriver.RequestAddress",
      [
        JSONMember("PoolID", .string(pool)), JSONMember("Address", .string(address?.description ?? "")),
        JSONMember("Options", NetworkDriverCalls.text(options)),
      ])
  }

  package static func releaseAddress(_ plugin: String, pool: String, _ address: IPAddress) -> PluginCall {
    PluginCall(
      plugin, "IpamDriver.ReleaseAddress",
      [JSONMember("PoolID", .string(pool)), JSONMember("Address", .string(address.description))])
  }
}

/// The answers of an IPAM plugin, with the protocol's field names.
package enum IPAMAnswers {
  package struct Capabilities: Decodable, Sendable, Hashable {
    package let RequiresMACAddress: Bool
    /// The plugin asks the engine to repeat all requests after a restart.
    package let RequiresRequestReplay: Bool

    /// For a plugin that does not implement the call.
    package static let none = Capabilities(RequiresMACAddress: false, RequiresRequestReplay: false)
  }

  package struct AddressSpaces: Decodable, Sendable, Hashable {
    package let LocalDefaultAddressSpace: String
    package let GlobalDefaultAddressSpace: String
  }

  package struct Pool: Decodable, Sendable, Hashable {
    package let PoolID: String
    let Pool: String
    let Data: [String: String]

    package func subnet(_ family: AddressFamily) throws(NetworkDriverAnswers.Unusable) -> IPPrefix {
      guard !PoolID.isEmpty else { throw NetworkDriverAnswers.Unusable("a pool without an id") }
      guard let subnet = InterfaceAddress(Pool)?.network, subnet.family == family else {
        throw NetworkDriverAnswers.Unusable("\"\(Pool.prefix(64))\" is no IPv\(family == .ipv4 ? 4 : 6) subnet")
      }
      return subnet
    }

    /// The gateway, if the plugin returned one with the pool.
    package func gateway(in subnet: IPPrefix) throws(NetworkDriverAnswers.Unusable) -> IPAddress? {
      guard let text = Data[IPAMCalls.gatewayType] else { return nil }
      guard let address = InterfaceAddress(text)?.address ?? IPAddress(text), subnet.contains(address) else {
        throw NetworkDriverAnswers.Unusable("\"\(text.prefix(64))\" is no gateway in \(subnet)")
      }
      return address
    }
  }

  package struct Address: Decodable, Sendable, Hashable {
    let Address: String

    /// - Parameter requested: a value that the plugin must not change.
    package func value(
      _ family: AddressFamily, requested: IPAddress?
    ) throws(NetworkDriverAnswers.Unusable) -> InterfaceAddress {
      guard let value = InterfaceAddress(Address), value.family == family else {
        throw NetworkDriverAnswers.Unusable("\"\(Address.prefix(64))\" is no address with the length of its prefix")
      }
      guard requested == nil || requested == value.address else {
        throw NetworkDriverAnswers.Unusable(
          "the address \(value.address) where \(requested ?? value.address) was asked for")
      }
      return value
    }
  }
}
