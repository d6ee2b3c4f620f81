extension TestHost {
  /// Runs the real docker command against this host's engine.
  @discardableResult
  public func docker(_ arguments: [String], stdin: String? = nil, timeout: Duration = .seconds(60)) async throws
    -> CommandOutput
  {
    try await run(["docker"] + arguments, stdin: stdin, timeout: timeout)
  }

  @discardableResult
  public func docker(_ arguments: String..., stdin: String? = nil, timeout: Duration = .seconds(60)) async throws
    -> CommandOutput
  {
    try await docker(arguments, stdin: stdin, timeout: timeout)
  }

  /// Runs our own command against this host's engine.
  @discardableResult
  public func causeway(_ arguments: [String], stdin: String? = nil, timeout: Duration = .seconds(60)) async throws
    -> CommandOutput
  {
    try await run(["causeway"] + arguments, stdin: stdin, timeout: timeout)
  }

  @discardableResult
  public func causeway(_ arguments: String..., stdin: String? = nil, timeout: Duration = .seconds(60)) async throws
    -> CommandOutput
  {
    try await causeway(arguments, stdin: stdin, timeout: timeout)
  }

  /// One field of `docker inspect`, by a Go template.
  public func inspect(_ name: String, _ template: String) async throws -> String {
    try await docker("inspect", "-f", template, name).succeeded().text
  }

  /// The first process of a container, in the host's numbers.
  public func processID(of container: String) async throws -> Int32 {
    let text = try await docker("container", "inspect", "-f", "{{.State.Pid}}", container).succeeded().text
    guard let number = Int32(text), number > 0 else { throw NotRunning(container: container) }
    return number
  }

  /// A container's address on a network.
  public func address(of container: String, on network: String) async throws -> String {
    try await inspect(container, "{{(index .NetworkSettings.Networks \"\(network)\").IPAddress}}")
  }

  /// Asks the engine's API directly.
  ///
  /// - Parameter path: with the version: `/v1.50/networks/create`.
  public func api(_ method: String, _ path: String, body: String? = nil) async throws -> APIAnswer {
    var arguments = [
      "curl", "-s", "-m", "30", "--unix-socket", socketPath, "-w", "\n%{http_code}", "http://engine\(path)",
    ]
    // Told of the method alone, it would wait for the body that the length promises.
    arguments += method == "HEAD" ? ["--head"] : ["-X", method]
    if let body { arguments += ["-H", "Content-Type: application/json", "--data-binary", body] }
    let output = try await run(arguments).succeeded()
    let cut = output.stdout.lastIndex(of: "\n") ?? output.stdout.startIndex
    return APIAnswer(
      status: Int(output.stdout[cut...].trimmed) ?? 0, body: String(output.stdout[..<cut]))
  }
}

/// What the engine's API answered.
public struct APIAnswer: Sendable, CustomStringConvertible {
  public let status: Int
  public let body: String

  public var description: String { "\(status) \(body)" }
}

struct NotRunning: Error, CustomStringConvertible {
  let container: String

  var description: String { "\(container) does not run" }
}
