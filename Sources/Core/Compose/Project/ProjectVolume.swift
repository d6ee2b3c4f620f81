/// A volume of a project.
package struct ProjectVolume: ProjectObject {
  package let key: String
  package let project: String
  package let node: Node?

  package var labels: [String: String] {
    (node?["labels"]?.textMap ?? [:]).merging([
      ComposeLabel.project: project, ComposeLabel.volume: key, ComposeLabel.version: ComposeLabel.composeVersion,
    ]) { $1 }
  }

  private var hashedNode: Node {
    var node = namedNode
    if node["driver"] == nil { node["driver"] = .text("local", at: node.location) }
    return node
  }

  package var hash: String {
    ConfigurationHash.of(.volume, hashedNode)
  }
}
