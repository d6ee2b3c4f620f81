extension TestHost {
  /// Runs the docker command with this host's engine.
  @discardableResult
  package func docker(_ arguments: [String], stdin: String? = nil, timeout: Duration = .seconds(60)) async throws
    -> CommandOutput
  {
    try await run(["docker"] + arguments, stdin: stdin, timeout: timeout)
  }

  @discardableResult
  package func docker(_ arguments: String..., stdin: String? = nil, timeout: Duration = .seconds(60)) async throws
    -> CommandOutput
  {
    try await docker(arguments, stdin: stdin, timeout: timeout)
  }

  /// Runs the causeway command with this host's engine.
  @discardableResult
  package func causeway(_ arguments: [String], stdin: String? = nil, timeout: Duration = .seconds(60)) async throws
    -> CommandOutput
  {
    try await run(["causeway"] + arguments, stdin: stdin, timeout: timeout)
  }

  @discardableResult
  package func causeway(_ arguments: String..., stdin: String? = nil, timeout: Duration = .seconds(60)) async throws
    -> CommandOutput
  {
    try await causeway(arguments, stdin: stdin, timeout: timeout)
  }

  /// A field of `docker inspect`, selected by a Go template.
  package func inspect(_ name: String, _ template: String) async throws -> String {
    try await docker("inspect", "-f", template, name).succeeded().text
  }

  /// The pid of a container's first process, as the host sees it.
  package func processID(of container: String) async throws -> Int32 {
    let text = try await docker("container", "inspect", "-f", "{{.State.Pid}}", container).succeeded().text
    guard let number = Int32(text), number > 0 else { throw NotRunning(container: container) }
    return number
  }

  /// A container's address on a network.
  package func address(of container: String, on network: String) async throws -> String {
    try await inspect(container, "{{(index .NetworkSettings.Networks \"\(network)\").IPAddress}}")
  }

  /// Sends a request to the engine's API.
  ///
  /// - Parameter path: with the version: `/v1.50/networks/create`.
  package func api(_ method: String, _ path: String, body: String? = nil) async throws -> APIAnswer {
    var arguments = [
      "curl", "-s", "-m", "30", "--unix-socket", socketPath, "-w", "\n%{http_code}", "http://engine\(path)",
    ]
    // With `-X HEAD`, curl would wait for a body.
    arguments += method == "HEAD" ? ["--head"] : ["-X", method]
    if let body { arguments += ["-H", "Content-Type: application/json", "--data-binary", body] }
    let output = try await run(arguments).succeeded()
    let cut = output.stdout.lastIndex(of: "\n") ?? output.stdout.startIndex
    return APIAnswer(
      status: Int(output.stdout[cut...].trimmed) ?? 0, body: String(output.stdout[..<cut]))
  }
}

/// An answer of the engine's API.
package struct APIAnswer: Sendable, CustomStringConvertible {
  package let status: Int
  package let body: String

  package var description: String { "\(status) \(body)" }
}

struct NotRunning: Error, CustomStringConvertible {
  let container: String

  var description: String { "\(container) does not run" }
}
