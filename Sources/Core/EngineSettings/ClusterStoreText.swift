package import Addressing

/// The cluster store in the form of flags and of the configuration file:
/// `etcd://192.0.2.10:2379,192.0.2.11:2379/prefix`, Docker's form, or the address of one server,
/// `http://192.0.2.10:2379`.
package enum ClusterStoreText {
  /// The parts of the text.
  package struct Store: Sendable {
    package let servers: [ServerAddress]
    /// The prefix of all keys; `nil`: not given.
    package let prefix: String?
    package let usesTLS: Bool
  }

  package static func read(_ text: String) -> Store? {
    guard let mark = text.firstRange(of: "://"), ["etcd", "http", "https"].contains(text[..<mark.lowerBound]) else {
      return nil
    }
    let parts = text[mark.upperBound...].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let hosts = parts[0].split(separator: ",", omittingEmptySubsequences: false)
    let servers = hosts.compactMap { ServerAddress(hostAndPort: $0) }
    guard servers.count == hosts.count else { return nil }
    let prefix = parts.count > 1 ? trimmed(parts[1]) : ""
    return Store(servers: servers, prefix: prefix.isEmpty ? nil : prefix, usesTLS: text.hasPrefix("https"))
  }

  /// Without leading and trailing slashes.
  package static func trimmed(_ prefix: some StringProtocol) -> String {
    prefix.split(separator: "/").joined(separator: "/")
  }

  static func expectation(_ text: String) -> String? {
    for store in ["consul://", "zk://"] where text.hasPrefix(store) {
      return "etcd, the only store that is known: etcd://ADDRESS:PORT"
    }
    return read(text) == nil
      ? "etcd://ADDRESS:PORT, perhaps with a prefix after a slash and with more servers after commas" : nil
  }

  /// Docker's options for the certificate files of the connection to the store.
  package static let certificateKeys = ["kv.cacertfile", "kv.certfile", "kv.keyfile"]

  static func optionExpectation(_ text: String) -> String? {
    guard let sign = text.firstIndex(of: "=") else { return "key=value" }
    let value = text[text.index(after: sign)...]
    switch text[..<sign] {
    case "kv.path": return trimmed(value).isEmpty ? "kv.path=PREFIX" : nil
    case _ where certificateKeys.contains(String(text[..<sign])):
      return value.hasPrefix("/") ? nil : "an absolute path after \(text[...sign])"
    default: return "one of kv.path, \(certificateKeys.joined(separator: ", "))"
    }
  }
}
