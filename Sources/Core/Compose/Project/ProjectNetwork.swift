/// A network of a project.
package struct ProjectNetwork: Sendable {
  package let key: String
  package let project: String
  let node: Node?

  package var isExternal: Bool { node?["external"]?.bool ?? false }

  /// The network's name in the engine.
  package var name: String { node?["name"]?.text ?? (isExternal ? key : "\(project)_\(key)") }

  package var location: SourceLocation? { node?.location }

  package var labels: [String: String] {
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
  package var hash: String {
    ConfigurationHash.of(.network, hashedNode)
  }
}

/// A volume of a project.
package struct ProjectVolume: Sendable {
  package let key: String
  package let project: String
  let node: Node?

  package var isExternal: Bool { node?["external"]?.bool ?? false }
  package var name: String { node?["name"]?.text ?? (isExternal ? key : "\(project)_\(key)") }
  package var location: SourceLocation? { node?.location }

  package var labels: [String: String] {
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

  package var hash: String {
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
