import EngineModel

extension SpecificationBuilder {
  static let searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
  static let initPath = "/sbin/docker-init"

  mutating func addProcess() throws(EngineError) {
    var process = specification.process
    process.terminal = configuration.tty
    if configuration.tty, hostConfiguration.consoleHeight > 0, hostConfiguration.consoleWidth > 0 {
      process.consoleSize = .init(height: hostConfiguration.consoleHeight, width: hostConfiguration.consoleWidth)
    }
    let user = request.user
    process.user = .init(uid: user.uid, gid: user.gid, additionalGids: user.groups.isEmpty ? nil : user.groups)
    process.env = environment
    let cwd = configuration.workingDirectory.isEmpty ? request.image.workingDirectory : configuration.workingDirectory
    process.cwd = cwd.isEmpty ? "/" : cwd
    guard process.cwd.hasPrefix("/") else {
      throw EngineError(
        .invalidParameter, "the working directory '\(process.cwd)' is invalid, it needs to be an absolute path")
    }
    if hostConfiguration.runInit ?? false {
      try checkInit()
      if hasInit { process.args = [Self.initPath, "--"] + process.args }
    }
    specification.process = process
    try addLimits()
  }

  /// A joined PID namespace has its own init already.
  var hasInit: Bool {
    (hostConfiguration.runInit ?? false) && ["", "private"].contains(hostConfiguration.pidMode)
      && host.initProgram != nil
  }

  mutating func checkInit() throws(EngineError) {
    guard hostConfiguration.runInit ?? false else { return }
    guard ["", "private"].contains(hostConfiguration.pidMode) else {
      return warnings.append("--init has no effect: the container does not have its own PID namespace.")
    }
    guard host.initProgram != nil else {
      throw EngineError(.unavailable, "--init needs a small init program, and none is installed: apt install tini")
    }
  }

  /// Limits for each process.
  mutating func addLimits() throws(EngineError) {
    specification.process.rlimits = try limits()
    specification.process.oomScoreAdj = try oomScore()
  }

  /// Docker's variables, then the image's, then the container's.
  private var environment: [String] {
    var base = ["PATH=\(Self.searchPath)", "HOSTNAME=\(hostname)"]
    if configuration.tty { base.append("TERM=xterm") }
    var result = Environment.merged(base, [request.image.environment, configuration.environment])
    if Environment.value("HOME", in: result) == nil { result.append("HOME=\(request.user.home)") }
    return result
  }

  private mutating func limits() throws(EngineError) -> [OCISpecification.ResourceLimit]? {
    var result: [OCISpecification.ResourceLimit] = []
    for limit in hostConfiguration.resources.ulimits {
      let type = "RLIMIT_\(limit.name.uppercased())"
      guard HostFacts.limitNumbers[type] != nil else {
        throw EngineError(.invalidParameter, "invalid ulimit type: \(limit.name)")
      }
      // -1 means no limit.
      var (soft, hard) = (UInt64(bitPattern: limit.soft), UInt64(bitPattern: limit.hard))
      guard soft <= hard else {
        throw EngineError(
          .invalidParameter, "ulimit soft limit must be less than or equal to hard limit: \(limit.soft) > \(limit.hard)"
        )
      }
      if let own = host.limits[type], hard > own.hard, !host.mayRaiseLimits {
        warnings.append(
          "The engine may not raise limits here (CAP_SYS_RESOURCE is missing): ulimit \(limit.name) is \(own.hard)"
            + " instead of \(limit.hard).")
        hard = own.hard
        soft = min(soft, hard)
      }
      result.append(.init(type: type, hard: hard, soft: soft))
    }
    return result.isEmpty ? nil : result
  }

  private mutating func oomScore() throws(EngineError) -> Int {
    let adjustment = hostConfiguration.oomScoreAdjust
    guard (-1000...1000).contains(adjustment) else {
      throw EngineError(.invalidParameter, "Invalid value \(adjustment), range for oom score adj is [-1000, 1000]")
    }
    if adjustment < host.oomScoreAdjust, !host.mayRaiseLimits {
      if adjustment != 0 {
        warnings.append(
          "The engine may not lower OOM scores here (CAP_SYS_RESOURCE is missing): it is \(host.oomScoreAdjust) instead of \(adjustment)."
        )
      }
      return host.oomScoreAdjust
    }
    return adjustment
  }
}

/// Lists of `NAME=value`.
package enum Environment {
  /// Later lists override earlier values. A name without `=` removes the variable.
  package static func merged(_ base: [String], _ lists: [[String]]) -> [String] {
    var result = base
    for variable in lists.joined() {
      let name = variable.prefix { $0 != "=" }
      guard !name.isEmpty else { continue }
      let index = result.firstIndex { $0.hasPrefix("\(name)=") }
      if variable.utf8.count == name.utf8.count {
        if let index { result.remove(at: index) }
      } else if let index {
        result[index] = variable
      } else {
        result.append(variable)
      }
    }
    return result
  }

  package static func value(_ name: String, in variables: [String]) -> String? {
    variables.last { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
  }
}
