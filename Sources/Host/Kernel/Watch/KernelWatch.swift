package import NetworkPlan

/// Reports changes in the network of the host and of every sandbox. Uses four sockets, regardless of the number of
/// sandboxes.
///
/// The sandboxes have sockets of their own: a container can overrun those, and no notification of the host is lost.
package final class KernelWatch: Sendable {
  package struct Report: Hashable, Sendable {
    package let namespace: NetworkNamespaceName
    package let event: KernelEvent

    package init(_ namespace: NetworkNamespaceName, _ event: KernelEvent) {
      self.namespace = namespace
      self.event = event
    }
  }

  private let host: KernelMonitor
  private let others: KernelMonitor
  private let namespaceIDs: NamespaceIDs

  init(host: KernelMonitor, others: KernelMonitor, namespaceIDs: NamespaceIDs) {
    self.host = host
    self.others = others
    self.namespaceIDs = namespaceIDs
  }

  /// Passes on every change since the watch was created, until the task is cancelled. Call it once.
  package func run(_ body: @escaping @Sendable (Report) async -> Void) async {
    await withTaskGroup { group in
      group.addTask { [host] in
        for await notification in host.notifications { await body(Report(.host, notification.event)) }
      }
      group.addTask { [others, namespaceIDs] in
        for await notification in others.notifications {
          // A foreign or deleted namespace.
          guard let name = notification.namespaceID.map({ namespaceIDs[$0] }) ?? "" else { continue }
          await body(Report(notification.event == .overrun ? .host : .sandbox(name), notification.event))
        }
      }
    }
  }
}

extension KernelExecutor {
  /// Starts to watch the host, the existing sandboxes and those that are created later.
  package func watch() async throws -> KernelWatch {
    let namespace = try await thread.run { [sandboxes, namespaceIDs, host] in
      for name in try sandboxes.list() {
        // A file that is not a namespace.
        guard let sandbox = try? sandboxes.open(name) else { continue }
        try namespaceIDs.register(name, descriptor: sandbox.descriptor.number, by: host.netlink)
      }
      return try NetworkNamespace.current()
    }
    return KernelWatch(
      host: try await KernelMonitor(namespace), others: try await KernelMonitor(namespace, scope: .others),
      namespaceIDs: namespaceIDs)
  }
}
