import EngineModel
import FoundationEssentials
import Glibc
import Kernel

extension ContainerRuntime {
  /// Runs a further process in a running container.
  ///
  /// - Parameter execID: names it; its folder lives as long as the process does.
  /// - Throws: `conflict` when the container does not run; ``EngineError`` in Docker's words when the program cannot be
  ///   executed, see ``exitCode(of:)``.
  public func execute(
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
      try SmallFile.makeFolder(bundle.exitFolder)
      try SmallFile.write(bundle.specification, Array(try JSONEncoder().encode(process)))
      return try await execute(specification, in: id, bundle)
    } catch {
      try? await endMonitor(bundle)
      try? SmallFile.removeTree(bundle.path)
      throw error
    }
  }

  private func execute(
    _ specification: ExecSpecification, in id: String, _ bundle: RuntimeLayout.Bundle
  ) async throws -> ExecProcess {
    var start = try startMonitor(
      MonitorLaunch(
        purpose: .exec(
          container: id, processSpecification: bundle.specification, attached: !specification.detached),
        bundle: bundle, runtime: try runtime(of: layout.bundle(id)).tool, runtimeState: layout.runtimeState,
        stdio: specification.stdio,
        logPath: nil))
    var io: AttachedIO?
    if !specification.detached {
      // conmon waits for a first word before it does anything, and for a second before the process is started.
      try Self.say(start.start)
      if try await start.attach?.next() != nil {
        io = try attach(bundle, stdin: specification.stdio.stdin != .none)
        try Self.say(start.start)
      }
      start.start = nil
    }
    let pid = try await firstReport(&start, stage: .exec, bundle, program: specification.arguments.first)
    let pidfd = Self.processDescriptor(pid, in: id)
    let (sync, monitor) = (start.sync, start.monitor)
    let end = Task<Int32, any Error> {
      var sync = sync
      let report = try? await sync.next()
      try? await ProcessWatch.end(of: monitor)
      // The exit file bears the container's id; it says the same, if the pipe did not.
      let code = report?.data ?? SmallFile.number("\(bundle.exitFolder)/\(id)") ?? 255
      try? SmallFile.removeTree(bundle.path)
      return code < 0 ? 255 : code
    }
    return ExecProcess(id: bundle.id, container: id, pid: pid, pidfd: pidfd, io: io, end: end)
  }

  private static func say(_ pipe: OwnedDescriptor?) throws {
    guard let pipe else { return }
    var byte: UInt8 = 0
    // A pipe takes one byte without waiting.
    guard Glibc.write(pipe.number, &byte, 1) == 1 else { throw SystemCallError.last("write", "conmon's start pipe") }
  }

  /// Reads the container's specification, and its account files where the request names a user.
  private static func process(
    _ specification: ExecSpecification, _ container: RuntimeLayout.Bundle, pid: Int32
  ) async throws -> OCISpecification.Process {
    struct Part: Decodable { var process: OCISpecification.Process }
    return try await onDedicatedThread("exec") {
      let text = try readFile(container.specification)
      let own = try JSONDecoder().decode(Part.self, from: Data(text.utf8)).process
      let user =
        specification.user.isEmpty
        ? nil : try AccountFiles.read(rootfs: "/proc/\(pid)/root").resolve(specification.user)
      let bounding = specification.privileged ? try HostFacts.boundingSet() : []
      return try specification.process(in: own, user: user, bounding: bounding)
    }
  }

  /// Sets the size of an executed process's terminal, in characters.
  public func resizeExec(_ execID: String, in id: String, height: Int, width: Int) throws {
    try resize(layout.bundle(id).exec(execID), height: height, width: width)
  }
}
