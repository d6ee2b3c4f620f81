import Addressing
import Glibc
import NetworkPlan
import Nftables

/// One list of changes being carried out, on the executor's thread. It keeps what it opened in the sandboxes it
/// visits until the list is done.
struct ExecutionSession {
  let host: NamespaceTools
  let sandboxes: SandboxDirectory
  /// Where what was opened is closed, since nobody should wait for that.
  private let sweeper: SerialThread
  private let numbers: NamespaceNumbers
  private let settings: KnownSettings
  private var visited: [String: NamespaceTools] = [:]
  /// Sandboxes made by this list that have no table yet.
  private var bare: Set<String> = []

  init(
    host: NamespaceTools, sandboxes: SandboxDirectory, sweeper: SerialThread, numbers: NamespaceNumbers,
    settings: KnownSettings
  ) {
    self.host = host
    self.sandboxes = sandboxes
    self.sweeper = sweeper
    self.numbers = numbers
    self.settings = settings
  }

  /// Leaves the sandboxes.
  mutating func end() {
    for tools in visited.values { sweeper.post { tools.closeFirewall() } }
    visited = [:]
  }

  // MARK: Lists

  /// All or nothing.
  mutating func apply(_ changes: [KernelChange]) throws(KernelChangeFailure) {
    var undo: [KernelChange] = []
    for group in Self.groups(changes) {
      do {
        undo += try apply(group: group)
      } catch {
        var failures: [any Error] = []
        for change in undo.reversed() { failures += applyWhatever(group: [change]) }
        throw KernelChangeFailure(change: group[0], reason: error, undoFailures: failures)
      }
    }
  }

  /// As much as can be.
  mutating func applyWhatever(_ changes: [KernelChange]) -> [any Error] {
    var failures: [any Error] = []
    for group in Self.groups(changes) { failures += applyWhatever(group: group) }
    return failures
  }

  /// Neighbouring changes to one namespace's firewall are one transaction; every other change stands alone.
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

  /// - Returns: what takes back what was done, in the order of doing.
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
    var words = ""
    for command in commands { words += text(command, namespace) }
    try tools(namespace).firewall().run(words)
    if case .sandbox(let name) = namespace { bare.remove(name) }
    return group.compactMap(\.inverse)
  }

  /// nft's words for a command, so put that what is or is not there already is no error.
  private func text(_ command: Command, _ namespace: NetworkNamespaceName) -> String {
    switch command {
    case .deleteTable(let table):
      // Adding it first makes deleting what is not there valid, in the same transaction.
      return "add table \(table.reference)\n\(command.text)"
    case .replaceTable(let table):
      // Where there cannot be one to replace, not deleting it spares the kernel 10 ms of cleaning up.
      if case .sandbox(let name) = namespace, bare.contains(name) { return table.text }
      return command.text
    case .addElements, .deleteElements:
      return command.text
    }
  }

  private mutating func applyWhatever(group: [KernelChange]) -> [any Error] {
    do {
      _ = try apply(group: group)
      return []
    } catch {
      let pieces = group.count > 1 ? group : group[0].pieces
      if pieces.count > 1 { return pieces.flatMap { applyWhatever(group: [$0]) } }
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

  mutating func tools(_ namespace: NetworkNamespaceName) throws -> NamespaceTools {
    guard case .sandbox(let name) = namespace else { return host }
    if let tools = visited[name] { return tools }
    let tools = try NamespaceTools(NamespaceVisit(try sandboxes.open(name)), settings: settings[name])
    visited[name] = tools
    return tools
  }

  mutating func createSandbox(_ name: String) throws {
    let visit = try sandboxes.createWithVisit(name)
    settings.forget(name)
    visited[name] = try NamespaceTools(visit, settings: settings[name])
    try numbers.learn(name, descriptor: visit.namespace.descriptor.number, by: host.netlink)
    bare.insert(name)
  }

  /// - Returns: whether there was one.
  mutating func deleteSandbox(_ name: String) throws -> Bool {
    settings.forget(name)
    // Our thread and socket inside would keep it alive.
    if let tools = visited.removeValue(forKey: name) { sweeper.post { tools.closeFirewall() } }
    return try sandboxes.delete(name)
  }
}

extension KernelChange {
  /// Whether the change takes something away, so that its absence is as good as its removal.
  var isRemoval: Bool {
    switch self {
    case .deleteSandbox, .deleteLink, .deleteAddress, .deleteRoute, .deleteFDBEntry: true
    case .firewall(_, .deleteElements), .firewall(_, .deleteTable): true
    default: false
    }
  }

  /// The change as smaller ones that can fail by themselves.
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
