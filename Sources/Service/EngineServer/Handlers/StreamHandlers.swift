internal import Engine
internal import EngineAPI
internal import EngineModel
internal import NIOHTTP1

/// Logs, attach and exec.
struct StreamHandlers: Sendable {
  let engine: Engine

  var routes: [Route] {
    [
      Route(.GET, "/containers/{id}/logs", logs),
      Route(.POST, "/containers/{id}/attach", attach),
      Route(.POST, "/containers/{id}/exec", createExec),
      Route(.POST, "/exec/{id}/start", startExec),
      Route(.POST, "/exec/{id}/resize", resizeExec),
      Route(.GET, "/exec/{id}/json", inspectExec),
    ]
  }

  private func logs(_ request: ServerRequest) async throws -> ServerResponse {
    let query = request.query
    var tail: Int?
    if let text = request.parameter("tail"), text != "all" {
      // As in dockerd, a value that is not a number means all.
      tail = Int(text).flatMap { $0 >= 0 ? $0 : nil }
    }
    let (isTerminal, output) = try await engine.logs(
      request["id"],
      LogRequest(
        follow: query.flag("follow"), stdout: query.flag("stdout"), stderr: query.flag("stderr"),
        since: try request.time("since"), until: try request.time("until"),
        timestamps: query.flag("timestamps"), details: query.flag("details"), tail: tail))
    return ServerResponse(
      .ok, headers: ["Content-Type": ServerResponse.streamType(request, terminal: isTerminal)],
      body: .stream { writer in
        for try await chunk in output {
          try await writer.write(Conversation.encode(chunk, terminal: isTerminal))
        }
      })
  }

  private func attach(_ request: ServerRequest) async throws -> ServerResponse {
    let query = request.query
    let keys = try DetachKeys.parse(request.query["detachKeys"] ?? "")
    let streams = try await engine.attach(
      request["id"],
      AttachRequest(
        logs: query.flag("logs"), stream: query.flag("stream"), stdin: query.flag("stdin"),
        stdout: query.flag("stdout"), stderr: query.flag("stderr")))
    return .conversation(
      Conversation(
        streams: streams, isRaw: streams.isTerminal, sendsInput: query.flag("stdin"),
        detachKeys: streams.isTerminal ? keys : nil,
        onDetach: { [engine, id = request["id"]] in await engine.didDetach(from: id) }),
      for: request)
  }

  private func createExec(_ request: ServerRequest) async throws -> ServerResponse {
    let body = try request.decode(Wire.ExecCreateBody.self)
    _ = try DetachKeys.parse(body.DetachKeys)
    guard let command = body.Cmd?.values, !command.isEmpty else {
      throw EngineError(.invalidParameter, "No exec command specified")
    }
    for variable in body.Env ?? [] where variable.isEmpty || variable.hasPrefix("=") {
      throw EngineError(.invalidParameter, "invalid environment variable: \(variable)")
    }
    var exec = ExecRequest(command: command)
    exec.environment = body.Env ?? []
    exec.user = body.User
    exec.workingDirectory = body.WorkingDir
    exec.privileged = body.Privileged
    exec.tty = body.Tty
    exec.attachStdin = body.AttachStdin
    exec.attachStdout = body.AttachStdout
    exec.attachStderr = body.AttachStderr
    exec.detachKeys = body.DetachKeys
    (exec.consoleHeight, exec.consoleWidth) = try Self.size(body.ConsoleSize)
    let id = try await engine.createExec(request["id"], exec)
    return try .json(Wire.IdentifierResponse(Id: id), status: .created)
  }

  private static func size(_ size: [Int]?) throws(EngineError) -> (Int, Int) {
    guard let size, !size.isEmpty else { return (0, 0) }
    guard size.count == 2, size.allSatisfy({ (0...0xFFFF).contains($0) }) else {
      throw EngineError(.invalidParameter, "ConsoleSize takes height and width")
    }
    return (size[0], size[1])
  }

  /// The engine sends the head before it starts the program, as dockerd does: a client that takes over the connection
  /// (the Python SDK) loses bytes that arrive together with the head. A failure to start is therefore reported in place
  /// of the output, and clients then ask for the exit code.
  private func startExec(_ request: ServerRequest) async throws -> ServerResponse {
    let body = try request.decodeIfPresent(Wire.ExecStartBody.self) ?? Wire.ExecStartBody()
    let (height, width) = try Self.size(body.ConsoleSize)
    let id = request["id"]
    let exec = try await engine.startableExec(id).request
    let start: @Sendable () async throws -> AttachedStreams? = { [engine] in
      try await engine.startExec(
        id, detach: body.Detach, consoleHeight: height, consoleWidth: width)
    }
    guard !body.Detach else {
      _ = try await start()
      return ServerResponse(.ok)
    }
    let keys = exec.tty ? try DetachKeys.parse(exec.detachKeys) : nil
    // The frames follow this request and not the exec's terminal: the client decodes what it asks for here.
    let isRaw = body.Tty
    return .hijacked(request, terminal: isRaw) { [engine] connection in
      do {
        guard let streams = try await start() else { return }
        let conversation = Conversation(
          streams: streams, isRaw: isRaw, sendsInput: exec.attachStdin, detachKeys: keys,
          ending: { await engine.waitForExec(id) }, onDetach: { await engine.didDetach(fromExec: id) })
        await conversation.run(on: connection)
      } catch {
        let chunk = OutputChunk(.stdout, Array("\(ServerResponse.engineError(error).message)\r\n".utf8))
        try? await connection.write(Conversation.encode(chunk, terminal: isRaw))
      }
    }
  }

  private func resizeExec(_ request: ServerRequest) async throws -> ServerResponse {
    let (height, width) = try request.terminalSize()
    try await engine.resizeExec(request["id"], height: height, width: width)
    return ServerResponse(.ok)
  }

  private func inspectExec(_ request: ServerRequest) async throws -> ServerResponse {
    try .json(Wire.ExecInspect(await engine.exec(request["id"])))
  }
}
