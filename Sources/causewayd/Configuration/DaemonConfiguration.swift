import Addressing
import Engine
import EngineModel
import EngineServer
import Logging
import NetworkPlan
import TransportSecurity

/// What the engine is started with: flags and file, checked.
struct DaemonConfiguration: Sendable {
  var hosts: [HostAddress]
  var group: String?
  /// `nil`: TCP ports speak plain HTTP.
  var tls: TLSFiles?
  var pidFile: String
  var logLevel: Logger.Level
  var engine: EngineConfiguration

  static let standardHost = HostAddress.unix(path: "/run/causeway.sock")

  init(_ settings: Settings) throws(UsageError) {
    func text(_ name: String) -> String? { settings[name]?.last.flatMap { $0.isEmpty ? nil : $0 } }
    func list(_ name: String) -> [String] { settings[name] ?? [] }
    try Self.checkFixed(settings)
    let tls = try TLSSettings.files(settings)
    self.tls = tls
    hosts = try Self.each(list("host"), "host") { (text) throws(EngineError) in
      try HostAddress(text, tls: tls != nil)
    }
    if hosts.isEmpty { hosts = [Self.standardHost] }
    group = text("group")
    logLevel = try Self.level(text("log-level") ?? "info")
    if text("debug") == "true" { logLevel = .debug }
    engine = EngineConfiguration()
    for (name, path) in [("data-root", \EngineConfiguration.dataRoot), ("exec-root", \EngineConfiguration.execRoot)] {
      guard let value = text(name) else { continue }
      guard value.hasPrefix("/") else { throw UsageError("--\(name) takes an absolute path: \(value)") }
      engine[keyPath: path] = value
    }
    pidFile = text("pidfile") ?? "\(engine.execRoot)/causewayd.pid"
    try setNetwork(settings)
    engine.labels = list("label")
    for label in engine.labels where !label.contains("=") || label.hasPrefix("=") {
      throw UsageError("bad attribute format: \(label)")
    }
    for runtime in list("add-runtime") {
      guard let sign = runtime.firstIndex(of: "="), sign != runtime.startIndex else {
        throw UsageError("invalid runtime argument: \(runtime): name=path is needed")
      }
      engine.runtimes[String(runtime[..<sign])] = String(runtime[runtime.index(after: sign)...])
    }
    engine.containerDefaults = try ContainerDefaults(settings)
    if let name = text("default-runtime") {
      guard engine.runtimes[name] != nil else {
        throw UsageError("specified default runtime '\(name)' does not exist")
      }
      engine.defaultRuntime = name
    }
  }

  private mutating func setNetwork(_ settings: Settings) throws(UsageError) {
    func text(_ name: String) -> String? { settings[name]?.last.flatMap { $0.isEmpty ? nil : $0 } }
    func list(_ name: String) -> [String] { settings[name] ?? [] }
    let pools = try Self.each(list("default-address-pool"), "default-address-pool") { (text) throws(EngineError) in
      try Self.pool(text)
    }
    if !pools.isEmpty { engine.addressPools = pools }
    if let bip = text("bip") {
      guard let address = InterfaceAddress(bip), address.family == .ipv4, address.address != address.network.base else {
        throw UsageError(
          "invalid value for --bip: \(bip): an address with its prefix length is needed, 192.168.1.5/24 say")
      }
      engine.defaultBridgeAddress = address
    }
    if let range = text("fixed-cidr") {
      guard let prefix = IPPrefix(range), prefix.family == .ipv4 else {
        throw UsageError("invalid value for --fixed-cidr: invalid CIDR address: \(range)")
      }
      engine.defaultBridgeRange = prefix
    }
    if let mtu = text("mtu"), mtu != "0" {
      guard let number = UInt32(mtu), (68...65535).contains(number) else {
        throw UsageError("invalid default MTU: \(mtu)")
      }
      engine.mtu = number
    }
    engine.healsItself = text("self-healing") != "false"
    engine.allowsContainersToTalk = text("icc") != "false"
    if let binding = text("ip") {
      guard let address = IPAddress(binding) else { throw UsageError("invalid value for --ip: \(binding)") }
      engine.defaultHostBinding = address.isUnspecified ? nil : address
    }
    engine.dnsServers = try Self.addresses(list("dns"), "dns")
    engine.hostGateways = try Self.addresses(list("host-gateway-ip"), "host-gateway-ip")
    engine.dnsSearch = list("dns-search")
    engine.dnsOptions = list("dns-opt")
    for word in engine.dnsSearch + engine.dnsOptions where word.isEmpty || word.contains(where: \.isWhitespace) {
      throw UsageError("invalid DNS search domain or option: \(word)")
    }
  }

  private static func addresses(_ texts: [String], _ name: String) throws(UsageError) -> [IPAddress] {
    try each(texts, name) { (text) throws(EngineError) in
      guard let address = IPAddress(text) else {
        throw EngineError(.invalidParameter, "\(text) is not an ip address")
      }
      return address
    }
  }

  private static func each<Value>(
    _ texts: [String], _ name: String, _ read: (String) throws(EngineError) -> Value
  ) throws(UsageError) -> [Value] {
    var values: [Value] = []
    for text in texts {
      do {
        values.append(try read(text))
      } catch {
        throw UsageError("invalid argument \"\(text)\" for \"--\(name)\" flag: \(error.message)")
      }
    }
    return values
  }

  /// `base=10.10.0.0/16,size=24`.
  private static func pool(_ text: String) throws(EngineError) -> SubnetPool {
    var base: IPPrefix?
    var size: Int?
    for field in text.split(separator: ",") {
      let sides = field.split(separator: "=", maxSplits: 1)
      guard sides.count == 2 else { throw EngineError(.invalidParameter, "\(field) is not a key=value pair") }
      switch sides[0].lowercased() {
      case "base": base = IPPrefix(sides[1])
      case "size": size = Int(sides[1])
      default: throw EngineError(.invalidParameter, "unexpected key '\(sides[0])' in '\(field)'")
      }
    }
    guard let base, let size else {
      throw EngineError(.invalidParameter, "a base in CIDR notation and a size are needed")
    }
    guard let pool = SubnetPool(base: base, size: size) else {
      throw EngineError(
        .invalidParameter, "the size \(size) must be between the base's length \(base.length) and \(base.family.bits)")
    }
    return pool
  }

  private static func level(_ text: String) throws(UsageError) -> Logger.Level {
    switch text {
    case "trace": .trace
    case "debug": .debug
    case "info": .info
    case "warn", "warning": .warning
    case "error": .error
    case "fatal", "panic": .critical
    default: throw UsageError("invalid logging level: \(text)")
    }
  }

  private static func checkFixed(_ settings: Settings) throws(UsageError) {
    for option in Option.all {
      guard case .only(let values, let sentence) = option.standing, let set = settings[option.name]?.last,
        !values.contains(set)
      else { continue }
      throw UsageError("--\(option.name): \(sentence)")
    }
  }
}
