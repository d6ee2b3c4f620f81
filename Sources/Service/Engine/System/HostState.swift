import EngineModel
import StateStore

/// The host as the engine found it, and what the engine changed on it.
struct HostState: Sendable {
  /// The engine's id, from the store.
  private(set) var engineID = ""
  var environment = HostEnvironment()
  /// The families for which this engine made the host a router since the boot.
  private(set) var enabledForwarding = (ipv4: false, ipv6: false)
  /// The host forwards IPv6. It still does after the last network that needs it is removed: others may rely on it.
  var forwardsIPv6 = false

  /// Restores what an earlier engine stored.
  ///
  /// - Parameter read: reads a file of `/proc/sys`; `nil` when it cannot be read.
  /// - Returns: the settings to store.
  mutating func restore(_ settings: [String: String], read: (String) -> String?) -> [StoreChange] {
    var changes: [StoreChange] = []
    engineID = settings["id"] ?? ContainerID.random().rawValue
    if settings["id"] == nil { changes.append(.putSetting(key: "id", value: engineID)) }
    let boot = read("/proc/sys/kernel/random/boot_id") ?? ""
    let stored = (settings["router"] ?? "").split(separator: " ").map(String.init)
    let isSameBoot = stored.count == 3 && stored[0] == boot
    let isIPv6Off = read("/proc/sys/net/ipv6/conf/all/forwarding") == "0"
    enabledForwarding = (
      isSameBoot && stored[1] == "1" || read("/proc/sys/net/ipv4/ip_forward") == "0",
      isSameBoot && stored[2] == "1" || isIPv6Off
    )
    forwardsIPv6 = enabledForwarding.ipv6 && !isIPv6Off
    let value = "\(boot) \(enabledForwarding.ipv4 ? 1 : 0) \(enabledForwarding.ipv6 ? 1 : 0)"
    if settings["router"] != value { changes.append(.putSetting(key: "router", value: value)) }
    return changes
  }
}
