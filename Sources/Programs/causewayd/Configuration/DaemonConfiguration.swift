import Addressing
import Engine
import EngineModel
import EngineServer
import EngineSettings
import Logging
import NetworkPlan
import Plugins
import TransportSecurity

/// The engine's configuration from flags and file, validated.
struct DaemonConfiguration: Sendable {
  var hosts: [HostAddress]
  var group: String?
  /// `nil`: TCP ports use plain HTTP.
  var tls: TLSFiles?
  var pidFile: String
  var logLevel: Logger.Level
  var engine: EngineConfiguration

  static let standardHost = HostAddress.unix(path: "/run/causeway.sock")

  init(_ settings: Settings) throws(UsageError) {
    func text(_ name: String) -> String? { settings[name]?.last.flatMap { $0.isEmpty ? nil : $0 } }
    func list(_ name: String) -> [String] { settings[name] ?? [] }
    if let error = SettingsValidator(settings, path: { option, _ in "--\(option.name)" }).errors().first {
      throw UsageError(error.description)
    }
    let tls = try TLSSettings.files(settings)
    self.tls = tls
    hosts = list("host").compactMap { try? HostAddress($0, tls: tls != nil) }
    if hosts.isEmpty { hosts = [Self.standardHost] }
    group = text("group")
    logLevel = Self.level(text("log-level") ?? "info")
    if text("debug") == "true" { logLevel = .debug }
    engine = EngineConfiguration()
    for (name, path) in [("data-root", \EngineConfiguration.dataRoot), ("exec-root", \EngineConfiguration.execRoot)] {
      guard let value = text(name) else { continue }
      engine[keyPath: path] = value
    }
    pidFile = text("pidfile") ?? "\(engine.execRoot)/causewayd.pid"
    setNetwork(settings)
    engine.labels = list("label")
    for runtime in list("add-runtime") {
      guard let sign = runtime.firstIndex(of: "=") else { continue }
      engine.runtimes[String(runtime[..<sign])] = String(runtime[runtime.index(after: sign)...])
    }
    setPlugins(settings)
    engine.cluster = Self.cluster(settings)
    engine.registries = RegistrySettings(mirrors: list("registry-mirror"), insecure: list("insecure-registry"))
    if let count = text("max-concurrent-downloads").flatMap({ Int($0) }) { engine.registries.parallelDownloads = count }
    if let count = text("max-download-attempts").flatMap({ Int($0) }) { engine.registries.downloadAttempts = count }
    engine.containerDefaults = try ContainerDefaults(settings)
    if let name = text("default-runtime") {
      guard engine.runtimes[name] != nil else {
        throw UsageError("specified default runtime '\(name)' does not exist")
      }
      engine.defaultRuntime = name
    }
  }

  /// The values are already validated.
  private mutating func setPlugins(_ settings: Settings) {
    if let sockets = settings["plugin-sockets"], !sockets.isEmpty { engine.pluginFolders.sockets = sockets }
    if let folders = settings["plugin-specs"], !folders.isEmpty { engine.pluginFolders.specifications = folders }
    if let seconds = settings["plugin-timeout"]?.last.flatMap({ Int($0) }) { engine.pluginTimeout = .seconds(seconds) }
  }

  private static func cluster(_ settings: Settings) -> ClusterConfiguration? {
    let stores = (settings["cluster-store"] ?? []).compactMap(ClusterStoreText.read)
    guard !stores.isEmpty, let advertise = settings["cluster-advertise"]?.last else { return nil }
    var configuration = ClusterConfiguration(servers: stores.flatMap(\.servers), advertise: advertise)
    func option(_ name: String) -> String? {
      let text = (settings["cluster-store-opt"] ?? []).last { $0.hasPrefix("\(name)=") }
      return text.map { String($0.dropFirst(name.count + 1)) }
    }
    let files = TLSFiles(
      authority: option("kv.cacertfile"), certificate: option("kv.certfile"), key: option("kv.keyfile"))
    if files != TLSFiles() || stores.contains(where: \.usesTLS) { configuration.tls = files }
    let prefix = option("kv.path").map { ClusterStoreText.trimmed($0) } ?? stores.compactMap(\.prefix).last
    configuration.prefix = prefix ?? ClusterConfiguration.standardPrefix
    if let port = settings["cluster-port"]?.last.flatMap({ UInt16($0) }) { configuration.port = port }
    return configuration
  }

  /// The network settings. They are already validated.
  private mutating func setNetwork(_ settings: Settings) {
    func text(_ name: String) -> String? { settings[name]?.last.flatMap { $0.isEmpty ? nil : $0 } }
    func list(_ name: String) -> [String] { settings[name] ?? [] }
    let pools = list("default-address-pool").compactMap(SettingForm.readPool)
    if !pools.isEmpty { engine.addressPools = pools }
    for option in list("default-network-opt").compactMap(SettingForm.readNetworkOption) {
      engine.defaultNetworkOptions[option.driver, default: [:]][option.key] = option.value
    }
    engine.healsItself = text("self-healing") != "false"
    engine.opensDockerUserChain = text("docker-user-chain") != "false"
    engine.usesFirewalldZone = text("firewalld-zone") != "false"
    engine.hasDefaultNetwork = text("bridge") != "none"
    engine.defaultBridge = engine.hasDefaultNetwork ? text("bridge").flatMap { InterfaceName($0) } : nil
    engine.defaultBridgeAddress = text("bip").flatMap { InterfaceAddress($0) }
    engine.defaultBridgeRange = text("fixed-cidr").flatMap { IPPrefix($0) }
    engine.hasDefaultBridgeIPv6 = text("ipv6") == "true"
    engine.defaultBridgeSubnet6 = text("fixed-cidr-v6").flatMap { IPPrefix($0) }
    engine.mtu = text("mtu").flatMap { UInt32($0) }.flatMap { $0 == 0 ? nil : $0 }
    engine.isICCEnabled = text("icc") != "false"
    engine.defaultHostBinding = text("ip").flatMap { IPAddress($0) }.flatMap { $0.isUnspecified ? nil : $0 }
    engine.dnsServers = list("dns").compactMap { IPAddress($0) }
    engine.hostGateways = list("host-gateway-ip").compactMap { IPAddress($0) }
    engine.dnsSearch = list("dns-search")
    engine.dnsOptions = list("dns-opt")
  }

  /// One of ``SettingForm/levels``.
  private static func level(_ text: String) -> Logger.Level {
    switch text {
    case "trace": .trace
    case "debug": .debug
    case "warn", "warning": .warning
    case "error": .error
    case "fatal", "panic": .critical
    default: .info
    }
  }
}
