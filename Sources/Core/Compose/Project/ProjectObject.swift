/// A network or volume of a project.
package protocol ProjectObject: Sendable {
  /// Its key in the Compose file.
  var key: String { get }
  /// The project's name.
  var project: String { get }
  /// Its definition in the Compose file; `nil` if it has none.
  var node: Node? { get }
}

extension ProjectObject {
  package var isExternal: Bool { node?["external"]?.bool ?? false }

  /// The name in the engine.
  package var name: String { node?["name"]?.text ?? (isExternal ? key : "\(project)_\(key)") }

  package var location: SourceLocation? { node?.location }

  /// The definition with the name in the engine.
  var namedNode: Node {
    var node =
      node.flatMap { $0.isMapping ? $0 : nil } ?? Node(.mapping([]), at: SourceLocation(file: "", line: 0, column: 0))
    node["name"] = .text(name, at: node.location)
    return node
  }
}
