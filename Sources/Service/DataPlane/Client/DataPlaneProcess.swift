import CLinux
package import EngineModel
import Glibc
import Kernel

/// Starts the data plane program and restarts it when it ends. The program runs in its own session and outlives the
/// engine; the next engine finds it by its pid file.
///
/// A service manager must not kill it together with the engine (systemd: `KillMode=process`).
package actor DataPlaneProcess {
  private let program: String
  private let configuration: DataPlaneConfiguration
  private let logPath: String?
  private let ended: @Sendable (String) -> Void
  private var watch: Task<Void, Never>?
  /// The program, if this engine started it.
  private var started: ChildProcess?

  /// - Parameters:
  ///   - program: absolute path of `causeway-dataplane`.
  ///   - logPath: the log file to append to; `nil` means the engine's standard error.
  ///   - ended: called with a message when the program has ended and is started again.
  package init(
    program: String, configuration: DataPlaneConfiguration, logPath: String? = nil,
    ended: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.program = program
    self.configuration = configuration
    self.logPath = logPath
    self.ended = ended
  }

  /// Starts the program if it does not run, and restarts it from now on when it ends. Does not wait until it is ready;
  /// the client does.
  ///
  /// - Throws: `EngineError` with code `unavailable` when the program cannot be executed.
  package func keepRunning() throws(EngineError) {
    guard watch == nil else { return }
    let first = PidFile.owner(configuration.pidfilePath) == nil ? try start() : nil
    started = first
    watch = Task { [weak self] in
      var child = first
      var delay = Duration.zero
      while !Task.isCancelled {
        let began = ContinuousClock.now
        guard let sentence = await self?.end(of: child), !Task.isCancelled else { return }
        self?.ended(sentence)
        // The first restart is immediate. Back-off limits the restarts of a program that ends at once.
        if ContinuousClock.now - began > .seconds(1) {
          delay = .zero
        } else {
          delay = min(.seconds(2), max(.milliseconds(50), delay * 2))
          try? await Task.sleep(for: delay)
        }
        guard !Task.isCancelled else { return }
        child = await self?.restart()
      }
    }
  }

  /// Ends the supervision. The program continues to run.
  package func stopSupervising() {
    watch?.cancel()
    watch = nil
  }

  /// Ends the program, so that DNS and port reservations stop. Does not wait for its end.
  package func terminate() {
    stopSupervising()
    guard let pid = PidFile.owner(configuration.pidfilePath) else { return }
    kill(pid, SIGTERM)
  }

  /// Ends the program if this engine started it, and waits for its end. One that an earlier engine started
  /// serves containers and continues.
  package func terminateIfStarted() async {
    guard let started else { return }
    stopSupervising()
    kill(started.pid, SIGTERM)
    _ = try? await started.exit()
  }

  private func restart() -> ChildProcess? {
    guard PidFile.owner(configuration.pidfilePath) == nil else { return nil }
    do {
      started = try start()
      return started
    } catch {
      ended("cannot start the data plane: \(error)")
      return nil
    }
  }

  /// Waits for the end of the program, which may be our child or an earlier engine's.
  private func end(of child: ChildProcess?) async -> String {
    do {
      if let child {
        let status = try await child.exit()
        if let pid = PidFile.owner(configuration.pidfilePath), pid != child.pid {
          // Our child ended because another instance started between our check and its own.
          try await ProcessWatch.end(of: pid)
          return "the data plane (process \(pid)) has ended"
        }
        return "the data plane (process \(child.pid)) has ended: \(status)"
      }
      guard let pid = PidFile.owner(configuration.pidfilePath) else { return "the data plane is not running" }
      try await ProcessWatch.end(of: pid)
      return "the data plane (process \(pid)) has ended"
    } catch {
      return "cannot watch the data plane: \(error)"
    }
  }

  private func start() throws(EngineError) -> ChildProcess {
    do {
      let log = try logPath.map { path throws(SystemCallError) in
        try OwnedDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_APPEND, mode: 0o640)
      }
      return try ChildProcess(
        ChildProcess.Specification(
          path: program,
          arguments: [
            program, "--state", configuration.stateFolder, "--socket", configuration.socketPath, "--pidfile",
            configuration.pidfilePath,
          ],
          directory: "/", descriptors: [1: log?.number ?? 2, 2: log?.number ?? 2], newSession: true))
    } catch {
      throw EngineError(.unavailable, "cannot start the data plane program", cause: error)
    }
  }
}
