import CLinux
public import EngineModel
import Glibc
import Kernel

/// Keeps the data plane program running: starts it if none runs, and again whenever it ends. It is in a session of its
/// own and outlives the engine; the next engine finds it by its pidfile.
///
/// A service manager that kills all of a service's processes must be told not to (systemd: `KillMode=process`).
public actor DataPlaneProcess {
  private let program: String
  private let configuration: DataPlaneConfiguration
  private let logPath: String?
  private let ended: @Sendable (String) -> Void
  private var watch: Task<Void, Never>?

  /// - Parameters:
  ///   - program: absolute path of `causeway-dataplane`.
  ///   - logPath: the file that its lines are appended to; `nil` for the engine's standard error.
  ///   - ended: told, in a sentence, whenever the program has ended and is started again.
  public init(
    program: String, configuration: DataPlaneConfiguration, logPath: String? = nil,
    ended: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.program = program
    self.configuration = configuration
    self.logPath = logPath
    self.ended = ended
  }

  /// Starts it if it does not run, and watches it from now on. It need not be ready when this returns: the client waits.
  ///
  /// - Throws: `EngineError` of code `unavailable` when the program cannot be executed.
  public func keepRunning() throws(EngineError) {
    guard watch == nil else { return }
    let first = Pidfile.owner(configuration.pidfilePath) == nil ? try start() : nil
    watch = Task { [weak self] in
      var child = first
      var delay = Duration.zero
      while !Task.isCancelled {
        let began = ContinuousClock.now
        guard let sentence = await self?.end(of: child), !Task.isCancelled else { return }
        self?.ended(sentence)
        // At once; but a program that cannot live is not started a thousand times a second.
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

  /// Watches no more; the program goes on.
  public func leave() {
    watch?.cancel()
    watch = nil
  }

  /// Ends the program: names are no longer answered, nor ports held. Does not wait for its end.
  public func terminate() {
    leave()
    guard let pid = Pidfile.owner(configuration.pidfilePath) else { return }
    kill(pid, SIGTERM)
  }

  private func restart() -> ChildProcess? {
    guard Pidfile.owner(configuration.pidfilePath) == nil else { return nil }
    do {
      return try start()
    } catch {
      ended("the data plane cannot be started: \(error)")
      return nil
    }
  }

  /// Waits for the end of the program, be it our child or one that an earlier engine left.
  private func end(of child: ChildProcess?) async -> String {
    do {
      if let child {
        let status = try await child.exit()
        if let pid = Pidfile.owner(configuration.pidfilePath), pid != child.pid {
          // It found another at work, started between our look and its own.
          try await ProcessWatch.end(of: pid)
          return "the data plane (process \(pid)) has ended"
        }
        return "the data plane (process \(child.pid)) has ended: \(status)"
      }
      guard let pid = Pidfile.owner(configuration.pidfilePath) else { return "the data plane does not run" }
      try await ProcessWatch.end(of: pid)
      return "the data plane (process \(pid)) has ended"
    } catch {
      return "the data plane cannot be watched: \(error)"
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
      throw EngineError(.unavailable, "the data plane program cannot be started", cause: error)
    }
  }
}
