import Coordination
import Addressing
import EngineModel
import FakeKernel
import FoundationEssentials
import Glibc
import Logging
import NetworkPlan
import Reconciler
import StateStore
import Synchronization
import Testing

@testable import DataPlane
@testable import Engine

/// A value from its text form; a test that writes it wrong fails here.
func parsed<Value: LosslessStringConvertible>(_ text: String, as type: Value.Type) throws -> Value {
  try #require(Value(text), "\(text) is no \(type)")
}

struct FakeFailure: Error {}

/// A step of a fake at which the next call stops until the test opens it.
final class Checkpoint: Sendable {
  private let next = Mutex<(arrived: OneShot<Void, Never>, opened: OneShot<Void, Never>)?>(nil)

  /// - Returns: waits until a call arrives, and lets it pass.
  func stopNext() -> (arrival: OneShot<Void, Never>, open: OneShot<Void, Never>) {
    let pair = (arrived: OneShot<Void, Never>(), opened: OneShot<Void, Never>())
    next.withLock { $0 = pair }
    return (pair.arrived, pair.opened)
  }

  func pass() async {
    guard let (arrived, opened) = next.withLock({ $0.take() }) else { return }
    arrived.succeed()
    await opened.value()
  }
}

extension FaultInjection {
  /// Stops the fake kernel at the ``FaultPoint`` of the current task.
  static let faultPoints = FaultInjection(
    isActive: { FaultPoint.current != nil }, step: { await FaultPoint.step($0) })
}

/// A runtime whose containers run until they are told otherwise.
final class FakeRuntime: RuntimePort {
  let defaultRuntime = "runc"
  let runtimeNames: Set<String> = ["runc"]
  private struct Inside {
    var running: [ContainerID: Int32] = [:]
    var created: Set<ContainerID> = []
    var paused: Set<ContainerID> = []
    var lastPid: Int32 = 1000
    var failure: EngineError?
    var ignoresTerm = false
    /// The code with which the exec ends, when it does.
    var execs: [OneShot<Int32, Never>] = []
    var lastExecFails = false
    var released: Set<ContainerID> = []
  }

  let creating = Checkpoint()
  var execs: [OneShot<Int32, Never>] { inside.withLock { $0.execs } }
  func failNextExec() { inside.withLock { $0.lastExecFails = true } }

  private let inside = Mutex(Inside())
  private let listener = Mutex<AsyncStream<ExitReport>.Continuation?>(nil)

  /// Whoever asked last hears of the ends: the one who asked before counts as killed.
  var exits: AsyncStream<ExitReport> {
    let (stream, continuation) = AsyncStream.makeStream(of: ExitReport.self)
    listener.withLock { $0 = continuation }
    return stream
  }

  var running: Set<ContainerID> { inside.withLock { Set($0.running.keys) } }
  /// The containers whose clients must not hold up their end.
  var released: Set<ContainerID> { inside.withLock { $0.released } }
  var created: Set<ContainerID> { inside.withLock { $0.created } }
  func failNext(_ error: EngineError) { inside.withLock { $0.failure = error } }
  func ignoreTerm() { inside.withLock { $0.ignoresTerm = true } }

  func end(_ id: ContainerID, code: Int32) {
    guard inside.withLock({ $0.running.removeValue(forKey: id) }) != nil else { return }
    _ = listener.withLock { $0?.yield(ExitReport(id: id, code: code, oomKilled: false)) }
  }

  func create(_ order: LaunchRequest) async throws -> Int32 {
    await Task.yield()
    await creating.pass()
    return try inside.withLock { inside in
      if let failure = inside.failure.take() { throw failure }
      inside.created.insert(order.container.id)
      inside.lastPid += 1
      return inside.lastPid
    }
  }

  func start(_ id: ContainerID) async throws {
    inside.withLock { $0.running[id] = $0.lastPid }
    await FaultPoint.step("process started")
  }

  func signal(_ id: ContainerID, _ signal: Int32) async throws {
    let ends = inside.withLock { inside in
      inside.running[id] != nil && (signal == SIGKILL || signal == SIGTERM && !inside.ignoresTerm)
    }
    if ends { end(id, code: 128 + signal) }
    await FaultPoint.step("signal sent")
  }

  func releaseOutput(_ id: ContainerID) { inside.withLock { _ = $0.released.insert(id) } }
  func pause(_ id: ContainerID) async throws { inside.withLock { _ = $0.paused.insert(id) } }
  func resume(_ id: ContainerID) async throws { inside.withLock { _ = $0.paused.remove(id) } }

  func delete(_ id: ContainerID) async throws {
    inside.withLock { inside in
      inside.created.remove(id)
      inside.running[id] = nil
    }
    await FaultPoint.step("process deleted")
  }

  func recover() async throws -> [RecoveredRun] {
    inside.withLock { inside in
      inside.created.map { id in
        RecoveredRun(
          id: id, state: inside.running[id].map { .running(pid: $0, isPaused: inside.paused.contains(id)) } ?? .created)
      }
    }
  }

  func attach(_ id: ContainerID, terminal: Bool, stdin: Bool) throws -> AttachedStreams {
    AttachedStreams(isTerminal: terminal, output: NoOutput(), send: { _ in }, endInput: {}, detach: {})
  }

  func resize(_ id: ContainerID, height: Int, width: Int) throws {}
  func logs(_ container: Container, at path: String, _ request: LogRequest) async throws -> OutputSequence {
    NoOutput()
  }
  func awaitLog(_ id: ContainerID, at path: String) async throws {}
  func processes(_ id: ContainerID) async throws -> [Int32] { [] }
  func usage(of id: ContainerID, countsInterfaces: Bool) async throws -> ResourceUsage? {
    inside.withLock { $0.running[id] == nil ? nil : ResourceUsage() }
  }
  func validate(_ wanted: HostConfiguration) async throws -> [String] { [] }
  func update(_ container: Container) async throws {
    try inside.withLock { inside in if let failure = inside.failure.take() { throw failure } }
  }
  func execute(_ execID: String, in container: Container, _ request: ExecRequest, detach: Bool) async throws
    -> StartedExec
  {
    let end = OneShot<Int32, Never>()
    try inside.withLock { inside in
      if inside.lastExecFails {
        inside.lastExecFails = false
        throw EngineError(.invalidParameter, "OCI runtime exec failed: executable file not found in $PATH")
      }
      inside.execs.append(end)
    }
    return StartedExec(
      pid: 77, streams: detach ? nil : try attach(container.id, terminal: false, stdin: false),
      exit: { await end.value() }, kill: { end.succeed(137) })
  }
  func resizeExec(_ execID: String, in id: ContainerID, height: Int, width: Int) throws {}
}

/// A data plane that keeps its table, and where other programs have ports.
final class FakeDataPlane: DataPlanePort {
  private let inside = Mutex((table: DataPlaneTable(), taken: Set<UInt16>(), requests: 0))

  /// The number of successful requests that reserve ports.
  var reservationRequests: Int { inside.withLock { $0.requests } }
  var table: DataPlaneTable { inside.withLock { $0.table } }
  func occupy(_ port: UInt16) { inside.withLock { _ = $0.taken.insert(port) } }
  let applying = Checkpoint()

  func apply(_ changes: [DataPlaneChange]) async throws {
    await applying.pass()
    try inside.withLock { inside in
      for case .reserve(let ports, _) in changes {
        let failures = ports.filter { inside.taken.contains($0.port) }
        if !failures.isEmpty { throw DataPlaneRejection(reasons: failures.map { .port($0, errno: EADDRINUSE) }) }
      }
      for change in changes {
        if case .reserve = change { inside.requests += 1 }
        inside.table.apply(change)
      }
    }
    await FaultPoint.step("data plane changed")
  }

  func replace(_ table: DataPlaneTable) async throws { inside.withLock { $0.table = table } }
}

/// One image, `busybox`, and no disk but what a test puts into its root file system.
final class FakeImages: ImageSource {
  private let root: String

  init(root: String) { self.root = root }

  private let inside = Mutex((prepared: Set<ContainerID>(), mounted: Set<ContainerID>()))

  var prepared: Set<ContainerID> { inside.withLock { $0.prepared } }
  var mounted: Set<ContainerID> { inside.withLock { $0.mounted } }

  func facts(_ reference: String) throws(EngineError) -> ContainerBuilder.ImageFacts {
    guard reference == "busybox" else { throw EngineError(.notFound, "No such image: \(reference):latest") }
    var configuration = ContainerConfiguration()
    configuration.command = ["sh"]
    return ContainerBuilder.ImageFacts(id: "sha256:0", configuration: configuration)
  }

  func prepare(_ id: ContainerID, image: String) async throws {
    inside.withLock { _ = $0.prepared.insert(id) }
    await FaultPoint.step("layer prepared")
  }

  func mount(_ id: ContainerID) async throws -> String {
    inside.withLock { _ = $0.mounted.insert(id) }
    await FaultPoint.step("root mounted")
    return root
  }

  func unmount(_ id: ContainerID) async throws {
    inside.withLock { _ = $0.mounted.remove(id) }
    await FaultPoint.step("root unmounted")
  }

  func remove(_ id: ContainerID) async throws {
    inside.withLock { inside in
      inside.mounted.remove(id)
      inside.prepared.remove(id)
    }
    await FaultPoint.step("layer removed")
  }

  func sizes(_ id: ContainerID, image: String) async throws -> (written: Int64, image: Int64) { (0, 0) }
}

/// An engine on pretended parts, with a real store in a folder of its own.
struct Rig: Sendable {
  let folder: String
  let kernel = FakeKernel(faults: .faultPoints)
  let runtime = FakeRuntime()
  let dataPlane = FakeDataPlane()
  let images: FakeImages
  let engine: Engine
  private let hostNetwork: @Sendable () async -> HostNetwork
  private let foreignTables: (@Sendable () async throws -> [ForeignTable])?

  /// - Parameters:
  ///   - hostNetwork: what the host has besides; asked for each network that is created.
  ///   - foreignTables: the firewall tables of other programs.
  static func with(
    hostNetwork: @escaping @Sendable () async -> HostNetwork = { HostNetwork() },
    foreignTables: (@Sendable () async throws -> [ForeignTable])? = nil, _ body: (Rig) async throws -> Void
  ) async throws {
    var template = Array("/tmp/causeway-engine-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw FakeFailure() }
    let folder = String(cString: made)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let rig = try Rig(folder: folder, hostNetwork: hostNetwork, foreignTables: foreignTables)
    try await rig.start(rig.engine)
    try await body(rig)
    await rig.engine.shutdown()
  }

  private init(
    folder: String, hostNetwork: @escaping @Sendable () async -> HostNetwork,
    foreignTables: (@Sendable () async throws -> [ForeignTable])?
  ) throws {
    self.folder = folder
    self.hostNetwork = hostNetwork
    self.foreignTables = foreignTables
    images = FakeImages(root: "\(folder)/image")
    engine = try Self.makeEngine(folder)
  }

  private static func makeEngine(_ folder: String) throws -> Engine {
    try Engine(
      configuration: EngineConfiguration(dataRoot: folder, execRoot: folder), logger: Logger(label: "test"))
  }

  private func start(_ engine: Engine) async throws {
    try makeFolder("\(folder)/containers")
    try makeFolder("\(folder)/volumes")
    try await engine.start(
      with: Engine.Parts(
        reconciler: Reconciler(kernel: kernel, logger: Logger(label: "test")),
        hostNetwork: { [hostNetwork] _ in await hostNetwork() }, runtime: runtime, images: images,
        dataPlane: dataPlane, foreignTables: foreignTables, faultPoint: { await FaultPoint.step($0) }),
      store: try StateStore(path: "\(folder)/state.sqlite"))
  }

  /// The engine that comes after one that was killed: it has the store and what the parts hold, and nothing else.
  func successor() async throws -> Engine {
    // The background tasks of a killed engine end with its process; here they would keep files open.
    await engine.cancelBackgroundTasks()
    await engine.detach()
    let engine = try Self.makeEngine(folder)
    try await start(engine)
    return engine
  }

  func request(
    _ name: String?, network: String = "default", ports: [String] = [], links: [String] = [], autoRemove: Bool = false,
    restart: RestartPolicy = RestartPolicy(), volumes: [String] = [], address: String? = nil
  ) throws -> ContainerCreateRequest {
    var configuration = ContainerConfiguration()
    configuration.image = "busybox"
    var host = HostConfiguration()
    host.networkMode = NetworkMode(network)
    host.autoRemove = autoRemove
    host.restartPolicy = restart
    host.binds = volumes.filter { $0.contains(":") }
    configuration.volumes = Set(volumes.filter { !$0.contains(":") })
    host.links = links
    for port in ports {
      let parts = port.split(separator: ":").map(String.init)
      let hostPorts = parts[0] == "0" ? nil : try parsed(parts[0], as: PortRange.self)
      host.portBindings[try parsed(parts[1], as: TransportPort.self)] = [PortBinding(hostPorts: hostPorts)]
    }
    var request = ContainerCreateRequest(name: name, configuration: configuration, host: host)
    if let address { request.endpoints[network] = EndpointSettings(ipv4: try parsed(address, as: IPv4Address.self)) }
    return request
  }
}

/// Waits for what happens in the background; bounded.
func eventually(_ condition: () async throws -> Bool) async throws {
  for _ in 0..<400 {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(5))
  }
  Issue.record("it did not come to pass")
}

func expectError(
  _ code: EngineError.Code, containing text: String = "", sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () async throws -> Void
) async {
  do {
    try await body()
    Issue.record("no error", sourceLocation: sourceLocation)
  } catch let error as EngineError {
    #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
    #expect(error.message.contains(text), "\(error.message)", sourceLocation: sourceLocation)
  } catch {
    Issue.record("\(error)", sourceLocation: sourceLocation)
  }
}
