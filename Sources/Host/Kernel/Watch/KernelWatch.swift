public import NetworkPlan

/// Tells of changes in the host's network and in that of every sandbox, by four sockets in all, however many sandboxes
/// there are.
///
/// The sandboxes have sockets of their own: what containers do in their namespaces may overrun those, and nothing of
/// the host is lost by it.
public final class KernelWatch: Sendable {
  public struct Report: Hashable, Sendable {
    public let namespace: NetworkNamespaceName
    public let event: KernelEvent

    public init(_ namespace: NetworkNamespaceName, _ event: KernelEvent) {
      self.namespace = namespace
      self.event = event
    }
  }

  private let host: KernelMonitor
  private let others: KernelMonitor
  private let numbers: NamespaceNumbers

  init(host: KernelMonitor, others: KernelMonitor, numbers: NamespaceNumbers) {
    self.host = host
    self.others = others
    self.numbers = numbers
  }

  /// Hands over every change since the watch was made, until the task is cancelled. To be called once.
  public func run(_ body: @escaping @Sendable (Report) async -> Void) async {
    await withTaskGroup { group in
      group.addTask { [host] in
        for await notice in host.notices { await body(Report(.host, notice.event)) }
      }
      group.addTask { [others, numbers] in
        for await notice in others.notices {
          // A namespace of somebody else, or one that is gone.
          guard let name = notice.origin.map({ numbers[$0] }) ?? "" else { continue }
          await body(Report(notice.event == .overrun ? .host : .sandbox(name), notice.event))
        }
      }
    }
  }
}

extension KernelExecutor {
  /// Begins to watch. Sandboxes that are there, and those that are made later, are watched too.
  public func watch() async throws -> KernelWatch {
    let namespace = try await thread.run { [sandboxes, numbers, host] in
      for name in try sandboxes.list() {
        // A file without a namespace beneath is no sandbox.
        guard let sandbox = try? sandboxes.open(name) else { continue }
        try numbers.learn(name, descriptor: sandbox.descriptor.number, by: host.netlink)
      }
      return try NetworkNamespace.current()
    }
    return KernelWatch(
      host: try await KernelMonitor(namespace), others: try await KernelMonitor(namespace, scope: .others),
      numbers: numbers)
  }
}
