import EngineModel

/// An additional process for a running container (`ExecConfig` in the Docker API).
package struct ExecSpecification: Sendable, Hashable {
  package var arguments: [String]
  /// `NAME=value`; overrides the container's.
  package var environment: [String]
  /// `user[:group]`; empty: the container's.
  package var user: String
  /// Empty: the container's.
  package var workingDirectory: String
  package var privileged: Bool
  package var stdio: StandardStreams
  /// The terminal's height and width in characters.
  package var consoleSize: OCISpecification.ConsoleSize?
  /// No client attaches; output is discarded.
  package var detached: Bool

  package init(
    arguments: [String], environment: [String] = [], user: String = "", workingDirectory: String = "",
    privileged: Bool = false, stdio: StandardStreams = StandardStreams(),
    consoleSize: OCISpecification.ConsoleSize? = nil, detached: Bool = false
  ) {
    self.arguments = arguments
    self.environment = environment
    self.user = user
    self.workingDirectory = workingDirectory
    self.privileged = privileged
    self.stdio = stdio
    self.consoleSize = consoleSize
    self.detached = detached
  }

  /// The process for the OCI runtime: the container's process with these changes.
  ///
  /// - Parameters:
  ///   - container: the process in the container's specification.
  ///   - user: ``user`` resolved in the container; `nil` if it is empty.
  ///   - bounding: the engine's own capabilities, for a privileged exec.
  func process(
    in container: OCISpecification.Process, user: ResolvedUser?, bounding: Set<String>
  ) throws(EngineError) -> OCISpecification.Process {
    guard !arguments.isEmpty, arguments.first?.isEmpty == false else {
      throw EngineError(.invalidParameter, "No exec command specified")
    }
    var process = container
    process.args = arguments
    process.terminal = stdio.terminal
    process.consoleSize = stdio.terminal ? consoleSize : nil
    var base = container.env
    // A terminal needs TERM, which the container's own process may not have.
    if stdio.terminal, Environment.value("TERM", in: base) == nil { base.append("TERM=xterm") }
    if let user {
      process.user = .init(uid: user.uid, gid: user.gid, additionalGids: user.groups.isEmpty ? nil : user.groups)
      base = Environment.merged(base, [["HOME=\(user.home)"]])
    }
    process.env = Environment.merged(base, [environment])
    if !workingDirectory.isEmpty {
      guard workingDirectory.hasPrefix("/") else {
        throw EngineError(
          .invalidParameter, "the working directory '\(workingDirectory)' is invalid, it needs to be an absolute path")
      }
      process.cwd = workingDirectory
    }
    let names =
      privileged ? CapabilitySet.known.filter(bounding.contains) : container.capabilities?.bounding ?? []
    let uid = process.user.uid
    process.capabilities = SpecificationBuilder.capabilities(
      names, user: ResolvedUser(uid: uid, gid: 0, home: "", groups: []))
    if privileged { process.apparmorProfile = nil }
    return process
  }
}
