import JSON
import CLinux
import Addressing
import Glibc
import Kernel

/// The folders in which plugins register, as for Docker: a plugin is a socket `NAME.sock` (or `NAME/NAME.sock`), or a
/// file `NAME.spec` that holds its address, or `NAME.json` with a member `Addr`. Sockets come before files, and an
/// earlier folder before a later one.
package struct PluginFolders: Sendable, Hashable {
  /// Folders of sockets.
  package var sockets: [String]
  /// Folders of specification files.
  package var specifications: [String]

  package init(sockets: [String], specifications: [String]) {
    self.sockets = sockets
    self.specifications = specifications
  }

  /// Docker's folders, preceded by this engine's own.
  package static let standard = PluginFolders(
    sockets: ["/run/causeway/plugins", "/run/docker/plugins"],
    specifications: ["/etc/docker/plugins", "/usr/lib/docker/plugins"])

  /// Whether a text is a valid plugin name, which becomes part of a path.
  package static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 64, first != UInt8(ascii: "."), first != UInt8(ascii: "-")
    else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }

  /// The address of a plugin; `nil` when there is none. It reads directories: call it on a thread that may block.
  ///
  /// - Throws: ``SpecificationError`` when the plugin's file is invalid.
  package func address(of name: String) throws(SpecificationError) -> PluginAddress? {
    guard Self.isName(name) else { return nil }
    for path in sockets.flatMap({ ["\($0)/\(name).sock", "\($0)/\(name)/\(name).sock"] }) where Self.isSocket(path) {
      return .unix(path: path)
    }
    for stem in specifications.flatMap({ ["\($0)/\(name)", "\($0)/\(name)/\(name)"] }) {
      if let text = try Self.text("\(stem).spec") { return try PluginAddress(Self.trimmed(text)) }
      if let text = try Self.text("\(stem).json") { return try Self.address(inJSON: text, path: "\(stem).json") }
    }
    return nil
  }

  private static func isSocket(_ path: String) -> Bool {
    var status = stat()
    return path.utf8.count < 108 && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
  }

  /// The text of a small regular file; `nil` when there is none.
  private static func text(_ path: String) throws(SpecificationError) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    // Reading a pipe could block forever.
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= 64 * 1024 else {
      throw SpecificationError("\(path) is no file of at most 64 KiB")
    }
    do {
      return try readFile(path)
    } catch {
      throw SpecificationError("\(path) cannot be read: \(error)")
    }
  }

  private static func address(inJSON text: String, path: String) throws(SpecificationError) -> PluginAddress {
    let value: JSONValue
    do {
      value = try JSONParser.parse(text)
    } catch {
      throw SpecificationError("\(path): \(error)")
    }
    guard case .string(let address)? = value["Addr"] else { throw SpecificationError("\(path) has no Addr") }
    if let security = value["TLSConfig"], !security.isZero {
      throw SpecificationError("\(path) asks for TLS, which plugins cannot be asked with: use a unix socket")
    }
    return try PluginAddress(address)
  }

  private static func trimmed(_ text: String) -> String {
    String(text.drop(while: \.isWhitespace).prefix { !$0.isWhitespace })
  }
}
