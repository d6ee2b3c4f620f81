import EngineAPI
import EngineModel

/// One value of `--ulimit`: `name=soft[:hard]`; `-1` or `unlimited` means no limit.
enum UlimitArgument {
  static let names: Set<String> = [
    "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio",
    "rttime", "sigpending", "stack",
  ]

  /// - Throws: ``UsageError`` of kind `grammar`, as Docker's option does.
  static func parse(_ text: String) throws(UsageError) -> ResourceLimit {
    func refuse(_ why: String) -> UsageError {
      .grammar("invalid argument \(text.quoted) for \"--ulimit\" flag: \(why)")
    }
    let pair = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard pair.count == 2 else { throw refuse("invalid ulimit argument: \(text)") }
    guard names.contains(pair[0]) else { throw refuse("invalid ulimit type: \(pair[0])") }
    let limits = pair[1].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard limits.count <= 2 else {
      throw refuse("too many limit value arguments - \(pair[1]), can only have up to two, `soft[:hard]`")
    }
    var values: [Int64] = []
    for limit in limits {
      guard let value = limit == "unlimited" ? -1 : Int64(limit) else {
        throw refuse("strconv.ParseInt: parsing \(limit.quoted): invalid syntax")
      }
      values.append(value)
    }
    let soft = values[0]
    let hard = values.count == 2 ? values[1] : soft
    if hard != -1, soft == -1 || soft > hard {
      throw refuse("ulimit soft limit must be less than or equal to hard limit: \(soft) > \(hard)")
    }
    return ResourceLimit(name: pair[0], soft: soft, hard: hard)
  }
}
