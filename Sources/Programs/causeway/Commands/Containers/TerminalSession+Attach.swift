import EngineClient

extension TerminalSession {
  /// Attaches to a container's standard streams (`POST /containers/{id}/attach`).
  ///
  /// - Parameters:
  ///   - path: `/containers/<id>`.
  ///   - isTerminal: whether the container has a terminal.
  static func attach(
    to path: String, for invocation: Invocation, stdin: Bool, stdout: Bool = true, stderr: Bool = true, isTerminal: Bool
  ) async throws -> TerminalSession {
    let detachKeys = try invocation.detachKeys()
    var query: EngineSession.Query = [("stream", "1")]
    for (name, isAttached) in [("stdin", stdin), ("stdout", stdout), ("stderr", stderr)] where isAttached {
      query.append((name, "1"))
    }
    if let text = invocation.detachKeysText, !text.isEmpty { query.append(("detachKeys", text)) }
    return TerminalSession(
      stream: try await invocation.engine.hijack("\(path)/attach", query), isTerminal: isTerminal, sendsInput: stdin,
      detachKeys: detachKeys)
  }
}
