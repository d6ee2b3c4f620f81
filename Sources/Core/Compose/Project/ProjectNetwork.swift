/// A network of a project.
package struct ProjectNetwork: ProjectObject {
  package let key: String
  package let project: String
  package let node: Node?

  package var labels: [String: String] {
    (node?["labels"]?.textMap ?? [:]).merging([
      ComposeLabel.project: project, ComposeLabel.network: key, ComposeLabel.version: ComposeLabel.composeVersion,
    ]) { $1 }
  }

  /// The hash of the network's options.
  package var hash: String {
    ConfigurationHash.of(.network, namedNode)
  }
}
