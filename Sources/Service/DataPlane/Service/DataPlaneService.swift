import CLinux
import Glibc
package import Kernel
import NameService
import NetworkPlan

/// The data plane program: serves its table and changes it on request.
///
/// Needs CAP_SYS_ADMIN to open sockets in containers' namespaces, and CAP_NET_BIND_SERVICE for low ports.
package final class DataPlaneService {
  private let configuration: DataPlaneConfiguration
  private let loop: EventLoop
  private let namespaces: NamespaceSwitcher
  private let resolver: Resolver
  private let reservedPorts: ReservedPorts
  private let relays: Relays
  private var table: DataPlaneTable
  private var journal: Journal
  /// Sandboxes of the table without sockets.
  private var missingSandboxes: Set<String> = []
  private var problems: [String] = []
  private var retry: TimerQueue.Token?
  private let startTime: UInt64

  /// Serves on the calling thread until SIGTERM or SIGINT.
  ///
  /// - Returns: `false` when another process holds the pid file.
  /// - Throws: when the program cannot start.
  package static func run(_ configuration: DataPlaneConfiguration) throws(SystemCallError) -> Bool {
    guard let pidfile = try PidFile.lock(configuration.pidfilePath) else { return false }
    let service = try DataPlaneService(configuration)
    try Privileges.drop()
    try service.serve()
    withExtendedLifetime(pidfile) {}
    return true
  }

  private init(_ configuration: DataPlaneConfiguration) throws(SystemCallError) {
    self.configuration = configuration
    Self.raiseDescriptorLimit()
    loop = try EventLoop()
    namespaces = try NamespaceSwitcher()
    (journal, table) = try Self.openJournal(configuration.stateFolder)
    resolver = Resolver(loop, namespaces)
    reservedPorts = ReservedPorts()
    relays = Relays(loop, reservedPorts)
    startTime = loop.now
  }

  private func serve() throws(SystemCallError) {
    signal(SIGPIPE, SIG_IGN)
    let signals = try DescriptorWatch(loop, TerminationSignals.install()) { [loop] in loop.stop() }
    restore()
    let control = try ControlListener(loop, configuration.socketPath) { [unowned self] request in answer(request) }
    Log.line(
      "serving \(table.sandboxes.count) sandboxes, \(reservedPorts.count) reserved ports, \(relays.count) relays")
    try loop.run()
    control.close()
    signals.close()
    Log.line("ended")
  }

  // MARK: Requests

  private func answer(_ request: ControlRequest) -> ControlReply {
    switch request {
    case .replace(let changes): replace(DataPlaneTable(changes))
    case .apply(let changes): apply(changes)
    case .status: .status(status)
    }
  }

  /// Opens everything that can fail, writes the changes to disk, and then puts them into effect.
  private func apply(_ changes: [DataPlaneChange]) -> ControlReply {
    let ports = reservedPorts.prepare(changes)
    let sandboxes = prepareSandboxes(changes)
    let failures = ports.failures + sandboxes.failures
    guard failures.isEmpty else { return .refused(failures) }
    return commit(changes, ports, sandboxes)
  }

  /// Serves another table as far as possible: one removed container must not keep a returning engine from restoring the
  /// rest. Missing entries are retried.
  private func replace(_ desired: DataPlaneTable) -> ControlReply {
    var changes = table.changes(to: desired)
    // A namespace may have been created again under the same path.
    for (id, record) in desired.sandboxes where table.sandboxes[id] == record && !isServed(record) {
      changes.append(.openSandbox(record))
    }
    return commit(changes, reservedPorts.prepare(changes), prepareSandboxes(changes))
  }

  /// Open sockets of sandboxes that are not yet served.
  private struct PreparedSandboxes {
    /// `nil` when the existing sockets stay in use.
    var opened: [String: SandboxSockets?] = [:]
    var failures: [DataPlaneRejection.Reason] = []
  }

  private func prepareSandboxes(_ changes: [DataPlaneChange]) -> PreparedSandboxes {
    var prepared = PreparedSandboxes()
    for case .openSandbox(let record) in changes {
      do {
        prepared.opened[record.id] = .some(try openSockets(record))
      } catch {
        prepared.failures.append(.sandbox(id: record.id, errno: error.errno))
      }
    }
    return prepared
  }

  private func isServed(_ record: SandboxRecord) -> Bool {
    guard let open = resolver.sandboxes[record.id]?.sockets,
      let identity = try? NetworkNamespace(path: record.namespacePath).identity()
    else { return false }
    return open.identity == identity
  }

  /// - Returns: `nil` when the existing sockets stay in use.
  private func openSockets(_ record: SandboxRecord) throws(SystemCallError) -> SandboxSockets? {
    let namespace = try NetworkNamespace(path: record.namespacePath)
    if let open = resolver.sandboxes[record.id]?.sockets, open.port == record.port,
      open.identity == (try namespace.identity())
    {
      return nil
    }
    return try SandboxSockets(record, namespace, namespaces)
  }

  private func commit(
    _ changes: [DataPlaneChange], _ ports: ReservedPorts.Prepared, _ sandboxes: PreparedSandboxes
  ) -> ControlReply {
    guard !changes.isEmpty else { return .done }
    do {
      try journal.append(changes)
    } catch {
      return .refused([.journal(errno: error.errno)])
    }
    for owner in ports.affectedOwners { relays.closeListeners(owner: owner) }
    reservedPorts.commit(ports)
    for change in changes {
      table.apply(change)
      switch change {
      case .openSandbox(let record): put(record, sandboxes)
      case .closeSandbox(let id):
        resolver.close(id)
        missingSandboxes.remove(id)
      case .setEndpoint(let endpoint): resolver.zone.set(endpoint)
      case .removeEndpoint(let id): resolver.zone.remove(endpoint: id)
      case .setRelays(let desired, let owner): relays.set(desired, owner: owner)
      case .reserve, .release: break
      }
    }
    do {
      try journal.compactIfLong(table)
    } catch {
      Log.line("cannot rewrite the journal: \(error)")
    }
    retryMissing()
    return .done
  }

  private func put(_ record: SandboxRecord, _ prepared: PreparedSandboxes) {
    guard let sockets = prepared.opened[record.id] else {
      resolver.close(record.id)
      missingSandboxes.insert(record.id)
      return
    }
    do {
      try resolver.open(record, sockets)
      missingSandboxes.remove(record.id)
    } catch {
      missingSandboxes.insert(record.id)
    }
  }

  private var status: DataPlaneStatus {
    var status = DataPlaneStatus()
    status.processID = getpid()
    status.uptime = (loop.now - startTime) / 1000
    status.sandboxes = UInt64(resolver.sandboxes.count)
    status.endpoints = UInt64(table.endpoints.count)
    status.reservedPorts = UInt64(reservedPorts.count)
    status.relays = UInt64(relays.count)
    status.counters = resolver.counters
    status.counters.relayedConnections = relays.counters.relayedConnections
    status.problems = problems
    return status
  }

  // MARK: Restoring

  /// Serves the table of the journal as far as possible.
  private func restore() {
    for case .setEndpoint(let endpoint) in table.changes { resolver.zone.set(endpoint) }
    missingSandboxes = Set(table.sandboxes.keys)
    reservedPorts.restore(table.reservations)
    for (owner, desired) in table.relays { relays.set(desired, owner: owner) }
    retryMissing()
  }

  /// Retries what is not served and reports what still fails. Drops sandboxes whose namespace is gone.
  private func retryMissing() {
    var found: [String] = []
    for id in missingSandboxes.sorted() {
      guard let record = table.sandboxes[id] else { continue }
      do {
        try resolver.open(record, try openSockets(record))
        missingSandboxes.remove(id)
      } catch  where error.errno == ENOENT || error.errno == EINVAL {
        Log.line("dropped sandbox \(id), whose namespace no longer exists: \(error)")
        drop(id)
      } catch {
        found.append("sandbox \(id): \(error)")
      }
    }
    found += reservedPorts.openMissing().map { "port \($0.port): \($0.error)" }.sorted()
    found += relays.openMissing().map { "relay \($0.relay.listen) port \($0.relay.port): \($0.error)" }.sorted()
    for problem in found where !problems.contains(problem) { Log.line(problem) }
    problems = found
    if let retry { loop.cancel(retry) }
    retry = found.isEmpty ? nil : loop.schedule(after: 2_000) { [unowned self] in retryMissing() }
  }

  private func drop(_ id: String) {
    table.apply(.closeSandbox(id: id))
    missingSandboxes.remove(id)
    resolver.close(id)
    do {
      try journal.append([.closeSandbox(id: id)])
    } catch {
      Log.line("cannot write the journal: \(error)")
    }
  }

  /// Renames an unreadable journal, for example of another version, and starts with an empty table. The engine sends
  /// its table when it connects.
  private static func openJournal(_ folder: String) throws(SystemCallError) -> (Journal, DataPlaneTable) {
    do {
      let opened = try Journal.open(folder)
      return (opened.journal, opened.table)
    } catch  where error.errno == EINVAL {
      Log.line("renaming an unreadable journal: \(error)")
      try Journal.putAside(folder)
      let opened = try Journal.open(folder)
      return (opened.journal, opened.table)
    }
  }

  /// Each sandbox needs three descriptors, each reserved port one for both families.
  private static func raiseDescriptorLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 {
      Log.line("cannot raise the descriptor limit: \(SystemCallError.last("setrlimit"))")
    }
  }
}
