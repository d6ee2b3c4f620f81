package import EngineModel

/// The registry of network drivers.
package enum NetworkDrivers {
  /// The engine's own drivers.
  package static let builtIn: [any NetworkDriverBehavior] = [
    BridgeDriver(), ParentLinkDriver(.macvlan), ParentLinkDriver(.ipvlan), OverlayDriver(), HostDriver(), NoneDriver(),
  ]

  private static let byName = Dictionary(uniqueKeysWithValues: builtIn.map { ($0.driver, $0) })

  /// A driver by its name. A name that is not the engine's own is a plugin's.
  package static func driver(_ name: NetworkDriver) -> any NetworkDriverBehavior { byName[name] ?? PluginDriver(name) }
}

extension NetworkDriver {
  package var behavior: any NetworkDriverBehavior { NetworkDrivers.driver(self) }
  /// Whether a plugin implements the driver.
  package var isPlugin: Bool { behavior.isPlugin }
}

extension Network {
  package var behavior: any NetworkDriverBehavior { driver.behavior }
  package var isRoutedByHost: Bool { behavior.isRoutedByHost }
  package var spansHosts: Bool { behavior.spansHosts }

  /// The network's fragment where no cluster is involved.
  ///
  /// - Throws: `invalidParameter` for wrong options.
  package func state() throws(EngineError) -> KernelState { try behavior.desiredState(of: self, in: NetworkContext()) }

  /// Options that mean the same as fields of the network.
  private static let commonKeys: Set<String> = ["com.docker.network.enable_ipv4", "com.docker.network.enable_ipv6"]

  /// Options that the driver does not know, sorted: stored and shown, as in Docker, but without effect.
  package var unknownOptions: [String] {
    guard let known = behavior.optionKeys else { return [] }
    return options.keys.filter { !known.contains($0) && !Self.commonKeys.contains($0) }.sorted()
  }
}
