/// A network of a project.
public struct ProjectNetwork: Sendable {
  public let key: String
  public let project: String
  let node: Node?

  public var isExternal: Bool { node?["external"]?.bool ?? false }

  /// What the engine calls it.
  public var name: String { node?["name"]?.text ?? (isExternal ? key : "\(project)_\(key)") }

  public var place: Place? { node?.place }

  public var labels: [String: String] {
    (node?["labels"]?.textMap ?? [:]).merging([
      ComposeLabel.project: project, ComposeLabel.network: key, ComposeLabel.version: ComposeLabel.dialect,
    ]) { $1 }
  }

  private var described: Node {
    var node = node.flatMap { $0.isMapping ? $0 : nil } ?? Node(.mapping([]), at: Place(file: "", line: 0, column: 0))
    node["name"] = .text(name, at: node.place)
    return node
  }

  /// The options that make two networks the same, as a hash.
  public var hash: String {
    ConfigurationHash.of(.network, described)
  }
}

/// A volume of a project.
public struct ProjectVolume: Sendable {
  public let key: String
  public let project: String
  let node: Node?

  public var isExternal: Bool { node?["external"]?.bool ?? false }
  public var name: String { node?["name"]?.text ?? (isExternal ? key : "\(project)_\(key)") }
  public var place: Place? { node?.place }

  public var labels: [String: String] {
    (node?["labels"]?.textMap ?? [:]).merging([
      ComposeLabel.project: project, ComposeLabel.volume: key, ComposeLabel.version: ComposeLabel.dialect,
    ]) { $1 }
  }

  private var described: Node {
    var node = node.flatMap { $0.isMapping ? $0 : nil } ?? Node(.mapping([]), at: Place(file: "", line: 0, column: 0))
    node["name"] = .text(name, at: node.place)
    if node["driver"] == nil { node["driver"] = .text("local", at: node.place) }
    return node
  }

  public var hash: String {
    ConfigurationHash.of(.volume, described)
  }
}

extension Node {
  /// A mapping of scalars as text; nothing is the empty text.
  var textMap: [String: String] {
    Dictionary(entries.map { ($0.key, $0.value.text ?? "") }, uniquingKeysWith: { $1 })
  }

  /// The same, with names that have no value left out.
  var givenTextMap: [String: String] {
    Dictionary(entries.compactMap { entry in entry.value.text.map { (entry.key, $0) } }, uniquingKeysWith: { $1 })
  }
}
