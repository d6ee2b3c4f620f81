import Coordination
import EngineModel

extension Engine {
  package func createExec(_ reference: String, _ request: ExecRequest) async throws -> String {
    let container = try state.container(reference)
    guard !request.command.isEmpty else { throw EngineError(.invalidParameter, "No exec command specified") }
    switch container.state.status {
    case .running: break
    case .paused:
      throw EngineError(
        .conflict, "Container \(container.name) is paused, unpause the container before exec")
    case .restarting:
      throw EngineError(
        .conflict, "Container \(container.id) is restarting, wait until the container is running")
    default: throw EngineError(.conflict, "container \(container.id) is not running")
    }
    let id = transient.execs.create(in: container.id, request)
    emit(Self.execAction("exec_create", request), container, ["execID": id])
    return id
  }

  /// The action of an exec's event, as Docker writes it: the program, a space, and the arguments.
  static func execAction(_ action: String, _ request: ExecRequest) -> String {
    "\(action): \(request.command.first ?? "") \(request.command.dropFirst().joined(separator: " "))"
  }

  /// A client detached from an exec's streams with the detach keys.
  package func didDetach(fromExec id: String) {
    guard let exec = try? exec(id), let container = state.containers[exec.container] else { return }
    emit("exec_detach", container, ["execID": id])
  }

  /// - Parameter detach: starts it and returns `nil`.
  package func startExec(
    _ id: String, detach: Bool, consoleHeight: Int = 0, consoleWidth: Int = 0
  ) async throws -> AttachedStreams? {
    let parts = try parts
    let container = try record(try startableExec(id).container)
    let exec = try transient.execs.beginStart(id, consoleHeight: consoleHeight, consoleWidth: consoleWidth)
    emit(Self.execAction("exec_start", exec.request), container, ["execID": id])
    do {
      let started = try await parts.runtime.execute(id, in: container, exec.request, detach: detach)
      transient.execs.didStart(id, pid: started.pid)
      Task { self.execDidEnd(id, (try? await started.exit()) ?? 255) }
      return started.streams
    } catch {
      let failure = Self.described("exec failed", error)
      transient.execs.didFailToStart(id, exitCode: RuntimeExit.code(ofExec: failure))
      throw failure
    }
  }

  /// Checks that an exec can start now.
  ///
  /// - Throws: `notFound`; `conflict` when it was started before or its container does not run.
  @discardableResult
  package func startableExec(_ id: String) throws -> ExecView {
    let exec = try exec(id)
    guard !exec.hasStarted else {
      throw EngineError(.conflict, "exec command \(id) has already run")
    }
    guard state.containers[exec.container]?.state.status == .running else {
      throw EngineError(.conflict, "container \(exec.container) is not running")
    }
    return exec
  }

  private func execDidEnd(_ id: String, _ code: Int32) {
    guard let owner = transient.execs.didEnd(id, exitCode: code), let container = state.containers[owner] else {
      return
    }
    emit("exec_die", container, ["execID": id, "exitCode": "\(code)"])
  }

  /// Returns when the end of a running exec is recorded. Clients ask for its exit code as soon as its output ends, which
  /// may be earlier.
  package func waitForExec(_ id: String) async { await transient.execs.end(of: id)?.value() }

  package func exec(_ id: String) throws -> ExecView { try transient.execs.view(id) }

  package func resizeExec(_ id: String, height: Int, width: Int) async throws {
    var exec = try exec(id)
    guard hasProcess(exec.container) else {
      throw EngineError(.conflict, "container \(exec.container) is not running")
    }
    if !exec.hasStarted || exec.isRunning, let start = transient.execs.start(of: id) {
      guard await start.value(within: .seconds(10)) != nil else {
        throw EngineError(.conflict, "timeout waiting for exec session ready")
      }
      exec = try self.exec(id)
    }
    guard exec.isRunning else { throw EngineError(.conflict, "exec command \(id) is not running") }
    try parts.runtime.resizeExec(id, in: exec.container, height: height, width: width)
  }
}
