/// The value of `--restart`: `no|always|unless-stopped|on-failure[:max-retries]`. The engine validates the policy's
/// name.
struct RestartArgument: Hashable, Sendable {
  let name: String
  let maximumRetryCount: Int

  var isNever: Bool { name == "no" || name.isEmpty }

  /// - Throws: ``UsageError`` of kind `value`.
  init(_ text: String) throws(UsageError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2 else {
      throw .value("invalid restart policy format: maximum retry count must be an integer")
    }
    guard parts[0] != "" || parts.count == 1 else {
      throw .value("invalid restart policy format: no policy provided before colon")
    }
    name = parts[0]
    guard parts.count == 2 else {
      maximumRetryCount = 0
      return
    }
    guard let count = Int(parts[1]) else {
      throw .value("invalid restart policy format: maximum retry count must be an integer")
    }
    maximumRetryCount = count
  }
}
