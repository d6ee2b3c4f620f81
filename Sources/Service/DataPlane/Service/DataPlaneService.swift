import CLinux
import Glibc
public import Kernel
import NameService
import NetworkPlan

/// The data plane program: serves its table, and changes it as it is told.
///
/// Needs CAP_SYS_ADMIN, to open sockets in containers' namespaces, and CAP_NET_BIND_SERVICE, for low ports.
public final class DataPlaneService {
  private let configuration: DataPlaneConfiguration
  private let loop: EventLoop
  private let gate: NamespaceGate
  private let resolver: Resolver
  private let reservedPorts: ReservedPorts
  private let relays: Relays
  private var table: DataPlaneTable
  private var journal: Journal
  /// In the table, and without sockets.
  private var missingSandboxes: Set<String> = []
  private var troubles: [String] = []
  private var retry: TimerQueue.Token?
  private let startTime: UInt64

  /// Serves on the calling thread, which becomes its own, until the process is told to end by SIGTERM or SIGINT.
  ///
  /// - Returns: false when another process serves already with this pidfile.
  /// - Throws: when it could not start.
  public static func run(_ configuration: DataPlaneConfiguration) throws(SystemCallError) -> Bool {
    guard let pidfile = try Pidfile.take(configuration.pidfilePath) else { return false }
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
    gate = try NamespaceGate()
    (journal, table) = try Self.openJournal(configuration.stateFolder)
    resolver = Resolver(loop, gate)
    reservedPorts = ReservedPorts()
    relays = Relays(loop, reservedPorts)
    startTime = loop.now
  }

  private func serve() throws(SystemCallError) {
    let signals = try TerminationSignals(loop) { [loop] in loop.stop() }
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

  /// Opens everything that may fail, writes the delta to disk, and only then lets it take effect.
  private func apply(_ changes: [DataPlaneChange]) -> ControlReply {
    let ports = reservedPorts.stage(changes)
    let sandboxes = stageSandboxes(changes)
    let failures = ports.failures + sandboxes.failures
    guard failures.isEmpty else { return .refused(failures) }
    return commit(changes, ports, sandboxes)
  }

  /// Serves another table, as far as it can be: an engine that was away for a while shall not be left without any of it
  /// because of one container that has gone meanwhile. What cannot be had is tried again.
  private func replace(_ wished: DataPlaneTable) -> ControlReply {
    var changes = table.changes(to: wished)
    // Namespaces may have been made anew under their old paths.
    for (id, record) in wished.sandboxes where table.sandboxes[id] == record && !isServed(record) {
      changes.append(.openSandbox(record))
    }
    return commit(changes, reservedPorts.stage(changes), stageSandboxes(changes))
  }

  /// Sockets opened for sandboxes, but not yet served.
  private struct StagedSandboxes {
    /// `nil` when those that are open do.
    var opened: [String: SandboxSockets?] = [:]
    var failures: [DataPlaneFailure] = []
  }

  private func stageSandboxes(_ changes: [DataPlaneChange]) -> StagedSandboxes {
    var staged = StagedSandboxes()
    for case .openSandbox(let record) in changes {
      do {
        staged.opened[record.id] = .some(try openSockets(record))
      } catch {
        staged.failures.append(.sandbox(id: record.id, errno: error.errno))
      }
    }
    return staged
  }

  private func isServed(_ record: SandboxRecord) -> Bool {
    guard let open = resolver.sandboxes[record.id]?.sockets,
      let identity = try? NetworkNamespace(path: record.namespacePath).identity()
    else { return false }
    return open.identity == identity
  }

  /// - Returns: `nil` when those that are open do.
  private func openSockets(_ record: SandboxRecord) throws(SystemCallError) -> SandboxSockets? {
    let namespace = try NetworkNamespace(path: record.namespacePath)
    if let open = resolver.sandboxes[record.id]?.sockets, open.port == record.port,
      open.identity == (try namespace.identity())
    {
      return nil
    }
    return try SandboxSockets(record, namespace, gate)
  }

  private func commit(
    _ changes: [DataPlaneChange], _ ports: ReservedPorts.Staged, _ sandboxes: StagedSandboxes
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
      case .setRelays(let wished, let owner): relays.set(wished, owner: owner)
      case .reserve, .release: break
      }
    }
    do {
      try journal.compactIfLong(table)
    } catch {
      Log.line("the journal could not be written anew: \(error)")
    }
    checkTroubles()
    return .done
  }

  private func put(_ record: SandboxRecord, _ staged: StagedSandboxes) {
    guard let sockets = staged.opened[record.id] else {
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
    status.troubles = troubles
    return status
  }

  // MARK: What is on disk

  /// Serves what the table says, as far as it can be.
  private func restore() {
    for case .setEndpoint(let endpoint) in table.changes { resolver.zone.set(endpoint) }
    missingSandboxes = Set(table.sandboxes.keys)
    reservedPorts.restore(table.reservations)
    for (owner, wished) in table.relays { relays.set(wished, owner: owner) }
    checkTroubles()
  }

  /// Tries again what is not served, and notes what still is not. A sandbox whose namespace is gone is given up.
  private func checkTroubles() {
    var found: [String] = []
    for id in missingSandboxes.sorted() {
      guard let record = table.sandboxes[id] else { continue }
      do {
        try resolver.open(record, try openSockets(record))
        missingSandboxes.remove(id)
      } catch  where error.errno == ENOENT || error.errno == EINVAL {
        Log.line("sandbox \(id) is dropped, its namespace is gone: \(error)")
        drop(id)
      } catch {
        found.append("sandbox \(id): \(error)")
      }
    }
    found += reservedPorts.openMissing().map { "port \($0.port): \($0.error)" }.sorted()
    found += relays.openMissing().map { "relay \($0.relay.listen) port \($0.relay.port): \($0.error)" }.sorted()
    for trouble in found where !troubles.contains(trouble) { Log.line(trouble) }
    troubles = found
    if let retry { loop.cancel(retry) }
    retry = found.isEmpty ? nil : loop.schedule(after: 2_000) { [unowned self] in checkTroubles() }
  }

  private func drop(_ id: String) {
    table.apply(.closeSandbox(id: id))
    missingSandboxes.remove(id)
    resolver.close(id)
    do {
      try journal.append([.closeSandbox(id: id)])
    } catch {
      Log.line("the journal could not be written: \(error)")
    }
  }

  /// A journal that cannot be read, of another version say, is put aside: the engine sends the table when it connects,
  /// and to serve nothing until then is better than not to run.
  private static func openJournal(_ folder: String) throws(SystemCallError) -> (Journal, DataPlaneTable) {
    do {
      let opened = try Journal.open(folder)
      return (opened.journal, opened.table)
    } catch  where error.errno == EINVAL {
      Log.line("\(error); it is put aside")
      try Journal.putAside(folder)
      let opened = try Journal.open(folder)
      return (opened.journal, opened.table)
    }
  }

  /// Every sandbox takes three descriptors, and every reserved port one for both families.
  private static func raiseDescriptorLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 {
      Log.line("the limit of descriptors stays low: \(SystemCallError.last("setrlimit"))")
    }
  }
}
