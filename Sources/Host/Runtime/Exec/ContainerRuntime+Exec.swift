import EngineModel
import JSON
import Glibc
import Kernel

extension ContainerRuntime {
  /// Starts an exec in a running container.
  ///
  /// - Parameter execID: its id, which names its folder.
  /// - Throws: `conflict` if the container is not running; ``EngineError`` in Docker's words if the program cannot be
  ///   executed, see ``exitCode(of:)``.
  package func execute(
    _ execID: String, in id: String, _ specification: ExecSpecification
  ) async throws -> ExecProcess {
    let container = layout.bundle(id)
    guard Self.processDescriptor(container) != nil, let pid = SmallFile.number(container.processPid) else {
      throw EngineError(.conflict, "container \(id) is not running")
    }
    let bundle = container.exec(execID)
    guard !SmallFile.exists(bundle.path) else { throw EngineError(.conflict, "exec \(execID) has already started") }
    do {
      let process = try await Self.process(specification, container, pid: pid)
      try makeDirectories(bundle.exitFolder, mode: 0o700)
      try SmallFile.write(bundle.specification, JSONEncoding.bytes(process))
      return try await execute(specification, in: id, bundle)
    } catch {
      try? await stopMonitor(bundle)
      try? SmallFile.removeTree(bundle.path)
      throw error
    }
  }

  private func execute(
    _ specification: ExecSpecification, in id: String, _ bundle: RuntimeLayout.Bundle
  ) async throws -> ExecProcess {
    var start = try startMonitor(
      MonitorCommand(
        purpose: .exec(
          container: id, processSpecification: bundle.specification, attached: !specification.detached),
        bundle: bundle, runtime: try runtime(of: layout.bundle(id)).tool, runtimeState: layout.runtimeState,
        stdio: specification.stdio,
        logPath: nil))
    var io: AttachedIO?
    if !specification.detached {
      // conmon waits for one byte before it opens the attach socket, and for a second before it starts the process.
      try Self.signalStart(start.start)
      if try await start.attach?.next() != nil {
        io = try attach(bundle, of: id, stdin: specification.stdio.stdin != .none)
        try Self.signalStart(start.start)
      }
      start.start = nil
    }
    let pid = try await readProcessID(&start, stage: .exec, bundle, program: specification.arguments.first)
    let pidfd = Self.processDescriptor(pid, in: id)
    if let pidfd { io?.releaseWriter(after: pidfd) } else { io?.releaseWriter() }
    let (sync, monitor) = (start.sync, start.monitor)
    let end = Task<Int32, any Error> {
      var sync = sync
      let report = try? await sync.next()
      try? await ProcessWatch.end(of: monitor)
      // The exit file, named by the container's id, has the same code if the pipe failed.
      let code = report?.data ?? SmallFile.number("\(bundle.exitFolder)/\(id)") ?? 255
      try? SmallFile.removeTree(bundle.path)
      return code < 0 ? 255 : code
    }
    return ExecProcess(id: bundle.id, container: id, pid: pid, pidfd: pidfd, io: io, end: end)
  }

  private static func signalStart(_ pipe: OwnedDescriptor?) throws {
    guard let pipe else { return }
    var byte: UInt8 = 0
    // A one-byte write to a pipe does not block here.
    guard Glibc.write(pipe.number, &byte, 1) == 1 else { throw SystemCallError.last("write", "conmon's start pipe") }
  }

  /// Derives the process from the container's specification. It reads the account files if the request names a user.
  private static func process(
    _ specification: ExecSpecification, _ container: RuntimeLayout.Bundle, pid: Int32
  ) async throws -> OCISpecification.Process {
    struct Part: Decodable { var process: OCISpecification.Process }
    return try await onDedicatedThread("exec") {
      let text = try readFile(container.specification)
      let own = try JSONDecoding.decode(Part.self, from: text.utf8, absent: .error).process
      let user =
        specification.user.isEmpty
        ? nil : try AccountFiles.read(rootfs: "/proc/\(pid)/root").resolve(specification.user)
      let bounding = specification.privileged ? try HostFacts.boundingSet() : []
      return try specification.process(in: own, user: user, bounding: bounding)
    }
  }

  /// Sets the size of an exec's terminal in characters.
  package func resizeExec(_ execID: String, in id: String, height: Int, width: Int) throws {
    try resize(layout.bundle(id).exec(execID), height: height, width: width)
  }
}
