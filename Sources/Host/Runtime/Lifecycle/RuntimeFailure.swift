import EngineModel

/// Translates the OCI runtime's errors to Docker's words. Clients parse them: the docker command derives its exit
/// status 127 or 126 from "executable file not found", "no such file or directory" and "permission denied".
struct RuntimeFailure: Sendable, Hashable {
  enum Stage: Sendable, Hashable {
    case create
    case start
    case exec
  }

  let stage: Stage
  /// The runtime's last error, without time and level.
  let reason: String

  /// - Parameter program: the program to execute, for a runtime that does not report it.
  init(stage: Stage, runtimeOutput: String, program: String? = nil) {
    self.stage = stage
    reason = Self.normalised(runtimeOutput, program: program)
  }

  /// The shells' exit status: 127 not found, 126 found but not executable, 128 otherwise (Docker: `ExitStatus`).
  var exitCode: Int32 {
    let notFound = [
      "executable file not found", "no such file or directory", "system cannot find the file specified",
      "not a directory",
    ]
    let lowered = reason.lowercased()
    if notFound.contains(where: lowered.contains) { return 127 }
    if ["permission denied", "is a directory", "exec format error"].contains(where: lowered.contains) { return 126 }
    return 128
  }

  var engineError: EngineError {
    let isRequestWrong = exitCode != 128
    var text =
      switch stage {
      case .create:
        "failed to create task for container: failed to create shim task: OCI runtime create failed: \(reason)"
      case .start: "failed to start task for container: OCI runtime start failed: \(reason)"
      case .exec:
        "OCI runtime exec failed: \(reason.hasPrefix("runc exec failed") ? String(reason.dropFirst(5)) : reason)"
      }
    if stage != .exec, reason.contains("not a directory"), reason.contains("mount") {
      text +=
        ": Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists"
        + " and is the expected type"
    }
    return EngineError(isRequestWrong ? .invalidParameter : .system, "\(text): unknown")
  }

  private static func normalised(_ output: String, program: String?) -> String {
    var line = output.split(separator: "\n").last { !$0.allSatisfy(\.isWhitespace) }.map(String.init) ?? ""
    // `time="…" level=error msg="…"`, if the runtime had no log file.
    if let start = line.firstRange(of: "msg=\"") {
      line = line[start.upperBound...].split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"")
      if line.hasSuffix("\"") { line.removeLast() }
      line = line.replacing("\\\"", with: "\"")
    }
    line = translatedFromCrun(line, program: program)
    return line.isEmpty ? "the OCI runtime failed without an error message" : line
  }

  /// Translates crun's messages to runc's.
  private static func translatedFromCrun(_ text: String, program: String?) -> String {
    // With a log file, crun prefixes the time.
    var line = text
    if let start = line.firstRange(of: "Z: "), line.first?.isNumber ?? false {
      line = String(line[start.upperBound...])
    }
    if line.hasPrefix("crun: ") { line.removeFirst(6) }
    // executable file `foo` not found in $PATH: No such file or directory
    if let start = line.firstRange(of: "executable file `"), let end = line.firstRange(of: "` not found") {
      let name = line[start.upperBound..<end.lowerBound]
      let isPath = name.contains("/")
      return "unable to start container process: exec: \"\(name)\": "
        + (isPath ? "stat \(name): no such file or directory" : "executable file not found in $PATH")
    }
    // open executable: Permission denied
    if let program, let start = line.firstRange(of: "open executable: ") {
      // crun reports EPERM for a folder.
      let reason = line[start.upperBound...].lowercased().replacing(
        "operation not permitted", with: "permission denied")
      let isMissing = reason.hasPrefix("no such file")
      return "unable to start container process: exec: \"\(program)\": \(isMissing ? "stat \(program): " : "")\(reason)"
    }
    return line
  }
}
