/// A mount's short form, `[source:]target[:options]`, as the long one.
struct VolumeShorthand {
  let source: String?
  let target: String
  let options: [String]

  /// `nil` when there are too many parts or an empty one.
  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard (1...3).contains(parts.count), !parts.contains("") else { return nil }
    source = parts.count > 1 ? parts[0] : nil
    target = parts.count > 1 ? parts[1] : parts[0]
    options = parts.count > 2 ? parts[2].split(separator: ",").map(String.init) : []
  }

  static let propagations: Set<String> = ["private", "rprivate", "shared", "rshared", "slave", "rslave"]

  /// - Throws: ``ComposeError`` for options that there are not.
  func node(at place: Place) throws(ComposeError) -> Node {
    let isBind = source.map(PathText.isPath) ?? false
    var bind = Node.mapping(["create_host_path": .bool(true, at: place)], at: place)
    var volume = Node(.mapping([]), at: place)
    var readOnly: Node?
    var consistency: Node?
    for option in options {
      switch option {
      case "ro": readOnly = .bool(true, at: place)
      case "rw": continue
      case "nocopy" where !isBind: volume["nocopy"] = .bool(true, at: place)
      case "cached", "delegated", "consistent": consistency = .text(option, at: place)
      // Labels of SELinux: nothing to do where it is not.
      case "z", "Z": continue
      case _ where isBind && Self.propagations.contains(option): bind["propagation"] = .text(option, at: place)
      default:
        throw ComposeError(
          place,
          "found the mount option \"\(option)\", expected ro, rw, \(isBind ? "rprivate, rshared or another propagation" : "nocopy")"
        )
      }
    }
    return .mapping(
      [
        "type": .text(isBind ? "bind" : "volume", at: place), "source": source.map { .text($0, at: place) },
        "target": .text(target, at: place), "read_only": readOnly, "consistency": consistency,
        "bind": isBind ? bind : nil, "volume": isBind ? nil : volume,
      ], at: place)
  }
}
