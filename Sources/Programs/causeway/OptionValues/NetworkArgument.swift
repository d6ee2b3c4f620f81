import EngineAPI

/// One value of `--network`: a mode or a network's name, or the long form
/// `name=net,alias=db,ip=192.0.2.5,ip6=…,mac-address=…,driver-opt=key=value,link-local-ip=…,gw-priority=…`.
struct NetworkArgument: Hashable, Sendable {
  var target: String
  var aliases: [String] = []
  var ipv4 = ""
  var ipv6 = ""
  var macAddress = ""
  var linkLocalAddresses: [String] = []
  var driverOptions: [String: String] = [:]
  var gatewayPriority: Int64 = 0

  init(target: String) { self.target = target }

  /// - Throws: ``UsageError`` of kind `grammar`.
  init(_ text: String) throws(UsageError) {
    target = text
    guard text.contains("=") else { return }
    target = ""
    func refuse(_ why: String) -> UsageError {
      .grammar("invalid argument \(text.quoted) for \"--network\" flag: \(why)")
    }
    for field in try CommaSeparatedFields.parse(text) {
      let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2 else { throw refuse("invalid field \(field)") }
      switch pair[0].lowercased() {
      case "name": target = pair[1]
      case "alias": aliases.append(pair[1])
      case "ip": ipv4 = pair[1]
      case "ip6": ipv6 = pair[1]
      case "mac-address": macAddress = pair[1]
      case "link-local-ip": linkLocalAddresses.append(pair[1])
      case "driver-opt":
        driverOptions.merge(KeyValueMap.parse([pair[1]])) { $1 }
      case "gw-priority":
        guard let priority = Int64(pair[1]) else {
          throw refuse("invalid gw-priority (\(pair[1])): strconv.ParseInt: parsing \(pair[1].quoted): invalid syntax")
        }
        gatewayPriority = priority
      default: throw refuse("invalid field key \(pair[0])")
      }
    }
    guard !target.isEmpty else { throw refuse("network name/id is not specified") }
  }
}
