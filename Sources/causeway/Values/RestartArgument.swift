import EngineModel

/// `--restart no|always|unless-stopped|on-failure[:max-retries]`.
enum RestartArgument {
  static func parse(_ text: String) throws(UsageError) -> RestartPolicy {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard text != "" else { return RestartPolicy() }
    guard parts.count <= 2 else { throw .value("invalid restart policy format: \(quoted(text))") }
    guard let name = RestartPolicy.Name(rawValue: parts[0]) else {
      throw .value(
        "invalid restart policy: unknown policy '\(parts[0])'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"
      )
    }
    guard parts.count == 2 else { return RestartPolicy(name: name) }
    guard let count = Int(parts[1]) else {
      throw .value("invalid restart policy format: maximum retry count must be an integer")
    }
    guard name == .onFailure || count == 0 else {
      throw .value("invalid restart policy: maximum retry count can only be used with 'on-failure'")
    }
    return RestartPolicy(name: name, maximumRetryCount: count)
  }
}
