import Addressing
import EngineModel
package import NetworkPlan

/// The form of an option's values. The engine at start and `causeway config check` both validate with it.
package enum SettingForm: Sendable, Hashable {
  case any
  case absolutePath
  /// An address with its prefix length, of IPv4, and not the network's own.
  case bridgeAddress
  /// The name of a link; empty: the engine's default.
  case bridgeName
  case prefix4
  case prefix6
  case address
  /// 0: the kernel's default; otherwise 68 to 65535.
  case mtu
  /// `base=10.10.0.0/16,size=24`.
  case pool
  /// `bridge=com.docker.network.driver.mtu=1400`.
  case networkOption
  case host
  case level
  /// `key=value`.
  case label
  /// `name=path`.
  case runtime
  /// No white space, and not empty.
  case word
  /// `etcd://ADDRESS:PORT,ADDRESS:PORT/PREFIX`.
  case clusterStore
  /// `kv.path=PREFIX`.
  case clusterOption
  /// 1 to 65535.
  case port
  /// `key=value` for a log driver.
  case logOption
  /// `name=soft[:hard]`.
  case ulimit
  /// A number of bytes with a unit.
  case size
  /// Seconds, 1 to 600.
  case timeoutSeconds

  /// 1 to 100.
  case count
  /// `http://` or `https://`, a host, an optional port, and nothing else.
  case mirror
  /// A host with an optional port, or a subnet.
  case registry

  package static let levels = ["trace", "debug", "info", "warn", "warning", "error", "fatal", "panic"]

  /// What was expected; `nil` for a valid value.
  package func expectation(against text: String) -> String? {
    switch self {
    case .any: nil
    case .absolutePath: text.hasPrefix("/") ? nil : "an absolute path"
    case .bridgeAddress: Self.isBridgeAddress(text) ? nil : "an IPv4 address with its prefix length, 192.168.1.5/24 say"
    case .bridgeName: Self.bridgeNameExpectation(text)
    case .prefix4: IPPrefix(text)?.family == .ipv4 ? nil : "an IPv4 subnet in CIDR notation"
    case .prefix6: IPPrefix(text)?.family == .ipv6 ? nil : "an IPv6 subnet in CIDR notation"
    case .address: IPAddress(text) == nil ? "an IP address" : nil
    case .mtu: Self.isValidMTU(text) ? nil : "0 or a number from 68 to 65535"
    case .pool: Self.poolExpectation(text)
    case .clusterStore: ClusterStoreText.expectation(text)
    case .clusterOption: ClusterStoreText.optionExpectation(text)
    case .port: UInt16(text).map { $0 > 0 } ?? false ? nil : "a number from 1 to 65535"
    case .networkOption: Self.networkOptionExpectation(text)
    case .host: (try? HostAddress(text)) == nil ? "unix://PATH, tcp://ADDRESS:PORT or fd://" : nil
    case .level: Self.levels.contains(text) ? nil : "one of \(Self.levels.joined(separator: ", "))"
    case .label: text.contains("=") && !text.hasPrefix("=") ? nil : "key=value"
    case .runtime: text.contains("=") && !text.hasPrefix("=") ? nil : "name=path"
    case .logOption: text.contains("=") && !text.hasPrefix("=") ? nil : "key=value"
    case .ulimit: Self.readLimit(text) != nil ? nil : "name=soft:hard, the soft limit not above the hard one"
    case .size: ByteSize(text).map { $0.bytes > 0 } ?? false ? nil : "a size like 64m"
    case .timeoutSeconds: Int(text).map { (1...600).contains($0) } ?? false ? nil : "a number of seconds from 1 to 600"
    case .count: Int(text).map { (1...100).contains($0) } ?? false ? nil : "a number from 1 to 100"
    case .mirror: RegistryMirror(text) != nil ? nil : "http://HOST or https://HOST, perhaps with a port, without a path"
    case .registry:
      IPPrefix(text) != nil || RegistryDomain.isValid(text) ? nil : "HOST, HOST:PORT or a subnet in CIDR notation"
    case .word: text.isEmpty || text.contains(where: \.isWhitespace) ? "a word without white space" : nil
    }
  }

  /// `none` is dockerd's value for no default network.
  private static func bridgeNameExpectation(_ text: String) -> String? {
    text.isEmpty || InterfaceName(text) != nil ? nil : "the name of a bridge, or none"
  }

  private static func isBridgeAddress(_ text: String) -> Bool {
    guard let address = InterfaceAddress(text), address.family == .ipv4 else { return false }
    return address.address != address.network.base
  }

  /// Reads the name and the limits of a text of the form ``ulimit``; -1 means unlimited.
  package static func readLimit(_ text: String) -> (name: String, soft: Int64, hard: Int64)? {
    let sides = text.split(separator: "=", maxSplits: 1).map(String.init)
    let numbers = sides.count == 2 ? sides[1].split(separator: ":").map { Int64($0) } : []
    guard (1...2).contains(numbers.count), let soft = numbers[0], let hard = numbers[numbers.count - 1],
      hard == -1 || soft <= hard
    else { return nil }
    return (sides[0], soft, hard)
  }

  private static func isValidMTU(_ text: String) -> Bool {
    text == "0" || UInt32(text).map { (68...65535).contains($0) } ?? false
  }

  // MARK: Values of several parts

  /// Reads a text of the form ``pool``.
  package static func readPool(_ text: String) -> SubnetPool? {
    guard let (base, size) = poolParts(text) else { return nil }
    return IPPrefix(base).flatMap { base in Int(size).flatMap { SubnetPool(base: base, size: $0) } }
  }

  private static func poolParts(_ text: String) -> (base: String, size: String)? {
    var parts: [String: String] = [:]
    for field in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard sides.count == 2, ["base", "size"].contains(sides[0].lowercased()) else { return nil }
      parts[sides[0].lowercased()] = sides[1]
    }
    guard let base = parts["base"], let size = parts["size"] else { return nil }
    return (base, size)
  }

  private static func poolExpectation(_ text: String) -> String? {
    guard let (base, size) = poolParts(text) else { return "base=CIDR,size=LENGTH" }
    guard let prefix = IPPrefix(base) else { return "a base in CIDR notation" }
    guard let size = Int(size), SubnetPool(base: prefix, size: size) != nil else {
      return "a size from \(prefix.length) to \(prefix.family.bits), the base being \(prefix)"
    }
    return nil
  }

  /// Reads the driver, the key and the value of a text of the form ``networkOption``.
  package static func readNetworkOption(_ text: String) -> (driver: String, key: String, value: String)? {
    let parts = text.split(separator: "=", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    return (parts[0], parts[1], parts[2])
  }

  /// The driver validates the option.
  private static func networkOptionExpectation(_ text: String) -> String? {
    guard let (driver, key, value) = readNetworkOption(text) else { return "driver=key=value" }
    let network = Network(
      id: .random(), name: "x", created: Timestamp(nanoseconds: 0), driver: NetworkDriver(rawValue: driver),
      isInternal: true, options: [key: value])
    guard ["bridge", "macvlan", "ipvlan"].contains(driver) else { return "one of the drivers bridge, macvlan, ipvlan" }
    guard network.unknownOptions.isEmpty else { return "an option that the driver \(driver) knows" }
    do throws(EngineError) {
      _ = try network.state()
      return nil
    } catch {
      return "a value that the driver takes (\(error.message))"
    }
  }
}
