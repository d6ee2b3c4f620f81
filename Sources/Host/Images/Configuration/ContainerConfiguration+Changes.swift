import Addressing
package import EngineModel

extension ContainerConfiguration {
  /// Applies Dockerfile instructions in order, as `docker import --change` and `docker commit --change` do: `CMD`,
  /// `ENTRYPOINT`, `ENV`, `EXPOSE`, `HEALTHCHECK`, `LABEL`, `STOPSIGNAL`, `USER`, `VOLUME`, `WORKDIR`.
  ///
  /// - Throws: `invalidParameter` for another or a malformed instruction.
  package mutating func apply(changes: [String]) throws(EngineError) {
    for change in changes {
      for line in change.split(separator: "\n") {
        let text = line.trimmingBlanks
        if !text.isEmpty { try apply(change: text) }
      }
    }
  }

  private mutating func apply(change: String) throws(EngineError) {
    let parts = change.split(maxSplits: 1) { $0 == " " || $0 == "\t" }
    let name = String(parts[0]).uppercased()
    let rest = parts.count == 2 ? parts[1].trimmingBlanks : ""
    func requiredArgument() throws(EngineError) -> String {
      guard !rest.isEmpty else { throw EngineError(.invalidParameter, "\(name) requires exactly one argument") }
      return rest
    }
    switch name {
    case "CMD": command = Self.program(rest)
    case "ENTRYPOINT":
      entrypoint = Self.program(rest)
      // As in a Dockerfile: the old command belonged to the old entry point.
      command = nil
    case "ENV":
      for (name, value) in try pairs(name, rest) {
        environment.removeAll { $0 == name || $0.hasPrefix("\(name)=") }
        environment.append("\(name)=\(value)")
      }
    case "EXPOSE": try expose(try words(name, try requiredArgument()))
    case "LABEL":
      for (name, value) in try pairs(name, rest) { labels[name] = value }
    case "STOPSIGNAL": stopSignal = try expanded(name, try requiredArgument())
    case "USER": user = try expanded(name, try requiredArgument())
    case "VOLUME":
      let paths = try words(name, try requiredArgument())
      guard !paths.contains("") else {
        throw EngineError(.invalidParameter, "VOLUME specified can not be an empty string")
      }
      volumes.formUnion(paths)
    case "WORKDIR":
      let path = try expanded(name, try requiredArgument())
      workingDirectory = Self.cleaned(path.hasPrefix("/") ? path : "\(workingDirectory)/\(path)")
    case "HEALTHCHECK": healthcheck = try HealthcheckInstruction(requiredArgument()).healthcheck
    case "ONBUILD":
      throw EngineError(.notImplemented, "ONBUILD is for builds, and is not implemented elsewhere")
    default: throw EngineError(.invalidParameter, "\(name) is not a valid change command")
    }
  }

  /// The environment, which a Dockerfile's instructions may name. A program's arguments are left to the container's
  /// shell.
  private var variables: DockerfileVariables {
    var variables = DockerfileVariables()
    for variable in environment {
      let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { variables.values[String(parts[0])] = String(parts[1]) }
    }
    return variables
  }

  /// Expands variables, and removes quotes.
  private func expanded(_ instruction: String, _ text: String) throws(EngineError) -> String {
    do {
      return try variables.expand(text)
    } catch {
      throw EngineError(.invalidParameter, "\(instruction): \(error.message)")
    }
  }

  private func words(_ instruction: String, _ text: String) throws(EngineError) -> [String] {
    var words: [String] = []
    for word in InstructionArguments.list(text) { words.append(try expanded(instruction, word)) }
    return words
  }

  private func pairs(_ instruction: String, _ text: String) throws(EngineError) -> [(name: String, value: String)] {
    do {
      return try InstructionArguments.pairs(instruction, try variables.expandKeepingQuotes(text))
    } catch let error as DockerfileVariables.SubstitutionError {
      throw EngineError(.invalidParameter, "\(instruction): \(error.message)")
    } catch let error as EngineError {
      throw error
    } catch {
      throw EngineError(.system, "\(instruction)", cause: error)
    }
  }

  /// The exec form as it is, the shell form through `/bin/sh -c`; `nil` for an empty text.
  private static func program(_ text: String) -> [String]? {
    if text.isEmpty { return nil }
    return InstructionArguments.execForm(text) ?? ["/bin/sh", "-c", text]
  }

  private mutating func expose(_ ports: [String]) throws(EngineError) {
    for text in ports {
      guard let range = Self.ports(text) else { throw EngineError(.invalidParameter, "invalid containerPort: \(text)") }
      exposedPorts.formUnion(range)
    }
  }

  /// `80`, `80/tcp` or `80-82/udp`; `nil` for anything else.
  static func ports(_ text: String) -> [TransportPort]? {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let range = PortRange(parts[0]),
      let transport = parts.count == 2 ? TransportProtocol(rawValue: parts[1].lowercased()) : .tcp
    else { return nil }
    return range.ports.map { TransportPort($0, transport) }
  }

  private static func cleaned(_ path: String) -> String {
    var names: [Substring] = []
    for name in path.split(separator: "/") where name != "." {
      if name == ".." { _ = names.popLast() } else { names.append(name) }
    }
    return "/" + names.joined(separator: "/")
  }
}

extension StringProtocol {
  fileprivate var trimmingBlanks: String {
    func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" || character == "\r" }
    var text = self[...]
    while let first = text.first, isBlank(first) { text = text.dropFirst() }
    while let last = text.last, isBlank(last) { text = text.dropLast() }
    return String(text)
  }
}
