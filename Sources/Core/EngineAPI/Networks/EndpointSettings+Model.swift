internal import Addressing
package import EngineModel

extension Wire.EndpointSettings {
  /// The requested settings. Fields of answers (`NetworkID`, `Gateway` …) are ignored, as in dockerd.
  ///
  /// - Throws: `invalidParameter` with dockerd's message.
  package func model() throws(EngineError) -> EndpointSettings {
    var model = EndpointSettings()
    model.aliases = Aliases ?? []
    try TextChecks.words(model.aliases, as: "alias")
    try TextChecks.invalid(model.aliases.contains(""), "invalid alias: an alias may not be empty")
    model.links = Links ?? []
    try TextChecks.words(model.links, as: "link")
    model.driverOptions = DriverOpts ?? [:]
    model.gatewayPriority = GwPriority
    if !MacAddress.isEmpty {
      guard let mac = MACAddress(MacAddress) else {
        throw EngineError(.invalidParameter, "invalid MAC address: \(MacAddress)")
      }
      model.mac = mac
    }
    guard let wanted = IPAMConfig else { return model }
    if let text = wanted.IPv4Address, !text.isEmpty {
      guard let address = Addressing.IPv4Address(text), !address.isUnspecified else {
        throw EngineError(.invalidParameter, "invalid IPv4 address: \(text)")
      }
      model.ipv4 = address
    }
    if let text = wanted.IPv6Address, !text.isEmpty {
      guard let address = Addressing.IPv6Address(text), !address.isUnspecified, address.mappedIPv4 == nil else {
        throw EngineError(.invalidParameter, "invalid IPv6 address: \(text)")
      }
      model.ipv6 = address
    }
    for text in wanted.LinkLocalIPs ?? [] {
      guard let address = Addressing.IPAddress(text) else {
        throw EngineError(.invalidParameter, "invalid link-local IP address: \(text)")
      }
      model.linkLocalAddresses.append(address)
    }
    return model
  }

  /// An existing endpoint; `names` are its DNS names.
  package init(_ endpoint: Endpoint, names: [String]?) {
    self.init()
    let settings = endpoint.settings
    if settings.ipv4 != nil || settings.ipv6 != nil || !settings.linkLocalAddresses.isEmpty {
      var wanted = Wire.EndpointIPAMConfig()
      wanted.IPv4Address = settings.ipv4.map(\.description)
      wanted.IPv6Address = settings.ipv6.map(\.description)
      wanted.LinkLocalIPs =
        settings.linkLocalAddresses.isEmpty ? nil : settings.linkLocalAddresses.map(\.description)
      IPAMConfig = wanted
    }
    Links = settings.links.isEmpty ? nil : settings.links
    Aliases = settings.aliases.isEmpty ? nil : settings.aliases
    MacAddress = (endpoint.mac ?? settings.mac).map(\.description) ?? ""
    DriverOpts = settings.driverOptions.isEmpty ? nil : settings.driverOptions
    GwPriority = settings.gatewayPriority
    NetworkID = endpoint.network.rawValue
    DNSNames = names
    // The endpoint has an address only while the container runs.
    guard !endpoint.addresses.isEmpty || endpoint.interface != nil else { return }
    EndpointID = endpoint.id.rawValue
    Gateway = endpoint.gateway4.map(\.description) ?? ""
    IPAddress = endpoint.ipv4.map(\.address.description) ?? ""
    IPPrefixLen = endpoint.ipv4?.prefixLength ?? 0
    IPv6Gateway = endpoint.gateway6.map(\.description) ?? ""
    GlobalIPv6Address = endpoint.ipv6.map(\.address.description) ?? ""
    GlobalIPv6PrefixLen = endpoint.ipv6?.prefixLength ?? 0
  }
}
