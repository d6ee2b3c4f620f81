/// The short form of a mount: `[source:]target[:options]`.
struct VolumeShorthand {
  let source: String?
  let target: String
  let options: [String]

  /// `nil` when a part is empty or there are too many.
  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard (1...3).contains(parts.count), !parts.contains("") else { return nil }
    source = parts.count > 1 ? parts[0] : nil
    target = parts.count > 1 ? parts[1] : parts[0]
    options = parts.count > 2 ? parts[2].split(separator: ",").map(String.init) : []
  }

  static let propagations: Set<String> = ["private", "rprivate", "shared", "rshared", "slave", "rslave"]

  /// - Throws: ``ComposeError`` for unknown options.
  func node(at location: SourceLocation) throws(ComposeError) -> Node {
    let isBind = source.map(PathText.isPath) ?? false
    var bind = Node.mapping(["create_host_path": .bool(true, at: location)], at: location)
    var volume = Node(.mapping([]), at: location)
    var readOnly: Node?
    var consistency: Node?
    for option in options {
      switch option {
      case "ro": readOnly = .bool(true, at: location)
      case "rw": continue
      case "nocopy" where !isBind: volume["nocopy"] = .bool(true, at: location)
      case "cached", "delegated", "consistent": consistency = .text(option, at: location)
      // SELinux labels have no effect.
      case "z", "Z": continue
      case _ where isBind && Self.propagations.contains(option): bind["propagation"] = .text(option, at: location)
      default:
        throw ComposeError(
          location,
          "found the mount option \"\(option)\", expected ro, rw, \(isBind ? "rprivate, rshared or another propagation" : "nocopy")"
        )
      }
    }
    return .mapping(
      [
        "type": .text(isBind ? "bind" : "volume", at: location), "source": source.map { .text($0, at: location) },
        "target": .text(target, at: location), "read_only": readOnly, "consistency": consistency,
        "bind": isBind ? bind : nil, "volume": isBind ? nil : volume,
      ], at: location)
  }
}
