package import Addressing

/// The store of a cluster as flags and the configuration file name it: `etcd://192.0.2.10:2379,192.0.2.11:2379/prefix`, as
/// Docker wrote it, or the address of one server, `http://192.0.2.10:2379`.
package enum ClusterStoreText {
  /// The servers, and what the keys begin with; `nil` where that is not said.
  package static func read(_ text: String) -> (servers: [ServerAddress], prefix: String?)? {
    guard let mark = text.firstRange(of: "://"), ["etcd", "http"].contains(text[..<mark.lowerBound]) else { return nil }
    let parts = text[mark.upperBound...].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let hosts = parts[0].split(separator: ",", omittingEmptySubsequences: false)
    let servers = hosts.compactMap { ServerAddress(hostAndPort: $0) }
    guard servers.count == hosts.count else { return nil }
    let prefix = parts.count > 1 ? trimmed(parts[1]) : ""
    return (servers, prefix.isEmpty ? nil : prefix)
  }

  /// Without slashes at its ends.
  package static func trimmed(_ prefix: some StringProtocol) -> String {
    prefix.split(separator: "/").joined(separator: "/")
  }

  static func expectation(_ text: String) -> String? {
    if text.hasPrefix("https://") || text.hasPrefix("etcds://") {
      return "a store without TLS, which is not implemented: etcd://ADDRESS:PORT on a network that is trusted"
    }
    for store in ["consul://", "zk://"] where text.hasPrefix(store) {
      return "etcd, the only store that is known: etcd://ADDRESS:PORT"
    }
    return read(text) == nil
      ? "etcd://ADDRESS:PORT, perhaps with a prefix after a slash and with more servers after commas" : nil
  }

  /// The one option that has a meaning without TLS is the prefix.
  static func optionExpectation(_ text: String) -> String? {
    guard let sign = text.firstIndex(of: "=") else { return "key=value" }
    let value = text[text.index(after: sign)...]
    switch text[..<sign] {
    case "kv.path": return trimmed(value).isEmpty ? "kv.path=PREFIX" : nil
    case "kv.cacertfile", "kv.certfile", "kv.keyfile": return "no certificates: TLS to the store is not implemented"
    default: return "kv.path=PREFIX"
    }
  }
}
