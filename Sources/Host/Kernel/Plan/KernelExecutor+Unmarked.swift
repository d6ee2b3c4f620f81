import Addressing
import Glibc
package import NetworkPlan

extension KernelExecutor {
  /// Deletes those of these links that exist and bear no mark (`IFLA_IFALIAS`). The kernel cannot mark a link in the
  /// request that makes it, so an engine that is killed between the two requests leaves such a link.
  package func removeUnmarked(_ links: [LinkKey]) async throws {
    guard !links.isEmpty else { return }
    try await thread.run { [self] in
      for (namespace, keys) in Dictionary(grouping: links, by: \.namespace) {
        guard let handles = try existingHandles(namespace) else { continue }
        let names = Set(keys.map(\.name))
        // Hardware has no kind, and is never ours.
        for link in try handles.netlink.links()
        where names.contains(link.name) && (link.alias ?? "").isEmpty && !link.kind.isEmpty {
          try handles.netlink.perform(.deleteLink(link.name))
        }
      }
    }
  }

  /// `nil` for a sandbox that does not exist.
  private func existingHandles(_ namespace: NetworkNamespaceName) throws -> NamespaceHandles? {
    guard case .sandbox(let name) = namespace else { return host }
    do {
      return try enter(name)
    } catch let error as SystemCallError where error.errno == ENOENT || error.errno == EINVAL {
      return nil
    }
  }
}
