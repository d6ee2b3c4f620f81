/// A network of a project.
public struct ProjectNetwork: Sendable {
  public let key: String
  public let project: String
  let node: Node?

  public var isExternal: Bool { node?["external"]?.bool ?? false }

  /// The network's name in the engine.
  public var name: String { node?["name"]?.text ?? (isExternal ? key : "\(project)_\(key)") }

  public var location: SourceLocation? { node?.location }

  public var labels: [String: String] {
    (node?["labels"]?.textMap ?? [:]).merging([
      ComposeLabel.project: project, ComposeLabel.network: key, ComposeLabel.version: ComposeLabel.composeVersion,
    ]) { $1 }
  }

  private var hashedNode: Node {
    var node =
      node.flatMap { $0.isMapping ? $0 : nil } ?? Node(.mapping([]), at: SourceLocation(file: "", line: 0, column: 0))
    node["name"] = .text(name, at: node.location)
    return node
  }

  /// The hash of the network's options.
  public var hash: String {
    ConfigurationHash.of(.network, hashedNode)
  }
}

/// A volume of a project.
public struct ProjectVolume: Sendable {
  public let key: String
  public let project: String
  let node: Node?

  public var isExternal: Bool { node?["external"]?.bool ?? false }
  public var name: String { node?["name"]?.text ?? (isExternal ? key : "\(project)_\(key)") }
  public var location: SourceLocation? { node?.location }

  public var labels: [String: String] {
    (node?["labels"]?.textMap ?? [:]).merging([
      ComposeLabel.project: project, ComposeLabel.volume: key, ComposeLabel.version: ComposeLabel.composeVersion,
    ]) { $1 }
  }

  private var hashedNode: Node {
    var node =
      node.flatMap { $0.isMapping ? $0 : nil } ?? Node(.mapping([]), at: SourceLocation(file: "", line: 0, column: 0))
    node["name"] = .text(name, at: node.location)
    if node["driver"] == nil { node["driver"] = .text("local", at: node.location) }
    return node
  }

  public var hash: String {
    ConfigurationHash.of(.volume, hashedNode)
  }
}

extension Node {
  /// A mapping of scalars as texts. Null becomes an empty text.
  var textMap: [String: String] {
    Dictionary(entries.map { ($0.key, $0.value.text ?? "") }, uniquingKeysWith: { $1 })
  }

  /// A mapping of scalars as texts, without null values.
  var givenTextMap: [String: String] {
    Dictionary(entries.compactMap { entry in entry.value.text.map { (entry.key, $0) } }, uniquingKeysWith: { $1 })
  }
}
