import EngineModel

/// The options that conflict with a network mode (moby: `runconfig/errors.go`).
enum NetworkModeRules {
  static func check(
    _ host: HostConfiguration, _ merged: ContainerConfiguration, request: ContainerConfiguration
  ) throws(EngineError) {
    func refuse(_ what: String) -> EngineError { EngineError(.invalidParameter, "conflicting options: \(what)") }
    if host.utsMode == "host", !request.hostname.isEmpty { throw refuse("hostname and the UTS mode") }
    switch host.networkMode {
    case .host:
      if !host.links.isEmpty {
        throw refuse("host type networking can't be used with links. This would result in undefined behavior")
      }
    case .container:
      if !request.hostname.isEmpty { throw refuse("hostname and the network mode") }
      if !host.links.isEmpty {
        throw refuse("container type network can't be used with links. This would result in undefined behavior")
      }
      if !host.dns.isEmpty || !host.dnsSearch.isEmpty { throw refuse("dns and the network mode") }
      if !host.extraHosts.isEmpty { throw refuse("custom host-to-IP mapping and the network mode") }
      if !host.portBindings.isEmpty || host.publishAllPorts {
        throw refuse("port publishing and the container type network mode")
      }
      if !request.exposedPorts.isEmpty { throw refuse("port exposing and the container type network mode") }
    case .default, .bridge, .none, .network: break
    }
    for entry in host.extraHosts {
      let parts = entry.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == ":" || $0 == "=" }
      guard parts.count == 2, !parts[0].isEmpty else {
        throw EngineError(.invalidParameter, "bad format for add-host: \"\(entry)\"")
      }
      guard HostAlias(entry) != nil else {
        throw EngineError(.invalidParameter, "invalid IP address in add-host: \"\(parts[1])\"")
      }
    }
  }
}
