package import Addressing
package import EngineModel

extension Wire.ContainerCreateBody {
  /// The three parts of the request, each validated and checked against the others.
  package struct Parts: Sendable, Hashable {
    package var configuration: ContainerConfiguration
    package var host: HostConfiguration
    package var endpoints: [String: EndpointSettings]
    /// `Config.MacAddress` of clients before 1.44; it belongs to the network of the network mode.
    package var hardwareAddress: MACAddress?
  }

  /// - Throws: `invalidParameter` with dockerd's message, `notImplemented` for unsupported settings.
  package func parts() throws(EngineError) -> Parts {
    var configuration = try Config.model()
    let host = try HostConfig.model()
    try checkNetworkMode(configuration, host)
    configuration.exposedPorts.formUnion(host.portBindings.keys)
    var endpoints: [String: EndpointSettings] = [:]
    for (network, settings) in NetworkingConfig.EndpointsConfig { endpoints[network] = try settings.model() }
    var hardwareAddress: MACAddress?
    if let text = Config.MacAddress, !text.isEmpty {
      guard let mac = MACAddress(text) else {
        throw EngineError(.invalidParameter, "invalid MAC address: \(text)")
      }
      hardwareAddress = mac
    }
    return Parts(configuration: configuration, host: host, endpoints: endpoints, hardwareAddress: hardwareAddress)
  }

  /// Settings that conflict with the host's or another container's network (`validateNetMode` of dockerd).
  private func checkNetworkMode(
    _ configuration: ContainerConfiguration, _ host: HostConfiguration
  ) throws(EngineError) {
    func conflict(_ isThere: Bool, _ what: String) throws(EngineError) {
      try TextChecks.invalid(isThere, "conflicting options: \(what)")
    }
    try conflict(
      host.utsMode == "host" && !configuration.hostname.isEmpty, "hostname and the UTS mode")
    switch host.networkMode {
    case .host:
      try conflict(
        !host.links.isEmpty,
        "host type networking can't be used with links. This would result in undefined behavior")
    case .container(let name):
      try TextChecks.invalid(name.isEmpty, "invalid container format container:<name|id>")
      try conflict(!configuration.hostname.isEmpty, "hostname and the network mode")
      try conflict(
        !host.links.isEmpty,
        "container type network can't be used with links. This would result in undefined behavior")
      try conflict(!host.dns.isEmpty, "dns and the network mode")
      try conflict(!host.extraHosts.isEmpty, "custom host-to-IP mapping and the network mode")
      try conflict(!(Config.MacAddress ?? "").isEmpty, "mac-address and the network mode")
      try conflict(
        !host.portBindings.isEmpty || host.publishAllPorts, "port publishing and the container type network mode")
      try conflict(!configuration.exposedPorts.isEmpty, "port exposing and the container type network mode")
    default: break
    }
  }
}
