package import Addressing

/// The address that a plugin listens on.
package typealias PluginAddress = ServerAddress

extension PluginAddress {
  /// Reads the address of a specification file: `unix:///run/x.sock`, `tcp://127.0.0.1:8080`, `http://…`.
  ///
  /// - Throws: ``SpecificationError`` for unsupported addresses: TLS, host names.
  package init(_ text: String) throws(SpecificationError) {
    guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else {
      throw SpecificationError("\"\(text)\" is no address: unix:///PATH or tcp://ADDRESS:PORT is needed")
    }
    let rest = text[text.index(colon, offsetBy: 3)...]
    switch text[..<colon] {
    case "unix":
      guard rest.hasPrefix("/"), rest.utf8.count < 108 else {
        throw SpecificationError("\"\(text)\" names no socket: an absolute path of less than 108 bytes is needed")
      }
      self = .unix(path: String(rest))
    case "tcp", "http":
      guard let address = ServerAddress(hostAndPort: rest) else {
        throw SpecificationError(
          "\"\(text)\" names no host that can be asked: a numeric address (or localhost) and a port are needed")
      }
      self = address
    case "https":
      throw SpecificationError("\"\(text)\" asks for TLS, which plugins cannot be asked with: use a unix socket")
    default:
      throw SpecificationError("\"\(text)\": only unix, tcp and http are known")
    }
  }
}

/// Why a plugin's specification file is invalid.
package struct SpecificationError: Error, Sendable, Hashable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
