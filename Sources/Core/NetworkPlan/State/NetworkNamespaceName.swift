/// The network namespace of a link, an address, a route or a table.
package enum NetworkNamespaceName: Hashable, Sendable, Comparable {
  /// The namespace that the engine itself runs in.
  case host
  /// A container's sandbox, by the container's id. A file of that name in the engine's netns directory refers to it.
  case sandbox(String)
}

extension NetworkNamespaceName: CustomStringConvertible {
  package var description: String {
    switch self {
    case .host: "host"
    case .sandbox(let name): name
    }
  }
}
