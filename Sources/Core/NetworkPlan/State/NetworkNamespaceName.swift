/// Where a link, an address, a route or a table stands.
public enum NetworkNamespaceName: Hashable, Sendable, Codable, Comparable {
  /// The namespace that the engine itself runs in.
  case host
  /// A container's own, by the container's id; it is a file of that name in the engine's netns directory.
  case sandbox(String)
}

extension NetworkNamespaceName: CustomStringConvertible {
  public var description: String {
    switch self {
    case .host: "host"
    case .sandbox(let name): name
    }
  }
}
