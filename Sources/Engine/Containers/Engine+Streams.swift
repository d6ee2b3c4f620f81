import EngineModel

extension Engine {
  /// The container need not run yet: what it writes from its start on is then seen.
  public func attach(_ reference: String, _ request: AttachRequest) async throws -> AttachedStreams {
    throw Self.missing("attach")
  }

  /// Lines as they were written, with their times in front where asked for. `isTerminal` says whether to frame.
  public func logs(_ reference: String, _ request: LogRequest) async throws -> (isTerminal: Bool, OutputSequence) {
    throw Self.missing("logs")
  }

  public func createExec(_ reference: String, _ request: ExecRequest) async throws -> String {
    throw Self.missing("exec")
  }

  /// - Parameters:
  ///   - detach: starts it and returns `nil`.
  ///   - tty: must agree with what was asked for when it was made.
  public func startExec(_ id: String, detach: Bool, tty: Bool, consoleHeight: Int = 0, consoleWidth: Int = 0)
    async throws -> AttachedStreams?
  { throw Self.missing("exec") }

  public func exec(_ id: String) throws -> ExecView { throw Self.missing("exec inspect") }

  public func resizeExec(_ id: String, height: Int, width: Int) async throws { throw Self.missing("exec resize") }
}
