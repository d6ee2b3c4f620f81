import Addressing
import Glibc
import NetworkPlan
import Nftables

/// The execution of one plan, on the executor's thread. It keeps the handles of the sandboxes that it enters until the
/// plan ends.
struct PlanExecution {
  let host: NamespaceHandles
  let sandboxes: SandboxDirectory
  /// Closes nft contexts, so that no plan waits for it.
  private let closingThread: SerialThread
  private let namespaceIDs: NamespaceIDs
  private let settings: SysctlFilesCache
  private var entered: [String: NamespaceHandles] = [:]
  /// Sandboxes that this plan created and that have no table yet.
  private var withoutTable: Set<String> = []

  init(
    host: NamespaceHandles, sandboxes: SandboxDirectory, closingThread: SerialThread, namespaceIDs: NamespaceIDs,
    settings: SysctlFilesCache
  ) {
    self.host = host
    self.sandboxes = sandboxes
    self.closingThread = closingThread
    self.namespaceIDs = namespaceIDs
    self.settings = settings
  }

  /// Releases the handles of all sandboxes.
  mutating func end() {
    for handles in entered.values { closingThread.post { handles.closeFirewall() } }
    entered = [:]
  }

  // MARK: Plans

  /// Applies all changes or none.
  mutating func apply(_ changes: [KernelChange]) throws(KernelChangeFailure) {
    var undo: [KernelChange] = []
    for group in Self.groups(changes) {
      do {
        undo += try apply(group: group)
      } catch {
        var failures: [any Error] = []
        for change in undo.reversed() { failures += applyBestEffort(group: [change]) }
        throw KernelChangeFailure(change: group[0], reason: error, undoFailures: failures)
      }
    }
  }

  /// Applies as many changes as possible.
  mutating func applyBestEffort(_ changes: [KernelChange]) -> [any Error] {
    var failures: [any Error] = []
    for group in Self.groups(changes) { failures += applyBestEffort(group: group) }
    return failures
  }

  /// Groups consecutive firewall changes of one namespace into one transaction. Every other change is a group of its
  /// own.
  static func groups(_ changes: [KernelChange]) -> [[KernelChange]] {
    var groups: [[KernelChange]] = []
    for change in changes {
      if case .firewall(let namespace, _) = change,
        case .firewall(namespace, _)? = groups.last?.last
      {
        groups[groups.count - 1].append(change)
      } else {
        groups.append([change])
      }
    }
    return groups
  }

  /// - Returns: the changes that undo the group, in order of execution.
  private mutating func apply(group: [KernelChange]) throws -> [KernelChange] {
    guard case .firewall(let namespace, _) = group[0] else {
      do {
        return try apply(group[0])
      } catch {
        guard group[0].isRemoval, Self.isAbsence(error) else { throw error }
        return []
      }
    }
    let commands = group.compactMap {
      if case .firewall(_, let command) = $0 { command } else { nil }
    }
    var commandText = ""
    for command in commands { commandText += text(command, namespace) }
    try handles(namespace).firewall().run(commandText)
    if case .sandbox(let name) = namespace { withoutTable.remove(name) }
    return group.compactMap(\.inverse)
  }

  /// The nft command for a change, worded so that existing or missing tables are no error.
  private func text(_ command: Command, _ namespace: NetworkNamespaceName) -> String {
    switch command {
    case .deleteTable(let table):
      // Adding the table first makes its deletion valid when it is missing, in the same transaction.
      return "add table \(table.reference)\n\(command.text)"
    case .replaceTable(let table):
      // A new sandbox has no table to replace, and skipping the deletion saves the kernel 10 ms of cleanup.
      if case .sandbox(let name) = namespace, withoutTable.contains(name) { return table.text }
      return command.text
    case .addElements, .deleteElements:
      return command.text
    }
  }

  private mutating func applyBestEffort(group: [KernelChange]) -> [any Error] {
    do {
      _ = try apply(group: group)
      return []
    } catch {
      let pieces = group.count > 1 ? group : group[0].pieces
      if pieces.count > 1 { return pieces.flatMap { applyBestEffort(group: [$0]) } }
      if group[0].isRemoval, Self.isAbsence(error) { return [] }
      return [KernelChangeFailure(change: group[0], reason: error)]
    }
  }

  private static func isAbsence(_ error: any Error) -> Bool {
    switch error {
    case let error as SystemCallError: [ENOENT, ENODEV, ESRCH, EADDRNOTAVAIL].contains(error.errno)
    case let refusal as FirewallContext.Refusal: refusal.isAbsence
    default: false
    }
  }

  // MARK: Namespaces

  mutating func handles(_ namespace: NetworkNamespaceName) throws -> NamespaceHandles {
    guard case .sandbox(let name) = namespace else { return host }
    if let handles = entered[name] { return handles }
    let handles = try NamespaceHandles(NamespaceThread(try sandboxes.open(name)), settings: settings[name])
    entered[name] = handles
    return handles
  }

  mutating func createSandbox(_ name: String) throws {
    let thread = try sandboxes.createWithThread(name)
    settings.forget(name)
    entered[name] = try NamespaceHandles(thread, settings: settings[name])
    try namespaceIDs.register(name, descriptor: thread.namespace.descriptor.number, by: host.netlink)
    withoutTable.insert(name)
  }

  /// - Returns: whether the sandbox existed.
  mutating func deleteSandbox(_ name: String) throws -> Bool {
    settings.forget(name)
    // Open handles would keep the namespace alive.
    if let handles = entered.removeValue(forKey: name) { closingThread.post { handles.closeFirewall() } }
    return try sandboxes.delete(name)
  }
}

extension KernelChange {
  /// Whether the change removes an object, so that a missing object counts as success.
  var isRemoval: Bool {
    switch self {
    case .deleteSandbox, .deleteLink, .deleteAddress, .deleteRoute, .deleteFDBEntry: true
    case .firewall(_, .deleteElements), .firewall(_, .deleteTable): true
    default: false
    }
  }

  /// The change split into smaller ones that can fail independently.
  var pieces: [KernelChange] {
    switch self {
    case .firewall(let namespace, .deleteElements(let set, let elements)):
      elements.map { .firewall(namespace, .deleteElements(set, [$0])) }
    case .firewall(let namespace, .addElements(let set, let elements)):
      elements.map { .firewall(namespace, .addElements(set, [$0])) }
    default: [self]
    }
  }
}
