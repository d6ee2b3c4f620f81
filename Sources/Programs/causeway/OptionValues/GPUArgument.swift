import EngineAPI

/// One value of `--gpus`: `all`, a number, or `device=0,driver=nvidia,"capabilities=compute,utility"`.
enum GPUArgument {
  /// - Throws: ``UsageError`` of kind `grammar`.
  static func parse(_ text: String) throws(UsageError) -> Wire.DeviceRequest {
    func refuse(_ why: String) -> UsageError {
      .grammar("invalid argument \(text.quoted) for \"--gpus\" flag: \(why)")
    }
    var request = Wire.DeviceRequest()
    var capabilities = ["gpu"]
    func count(_ text: String) throws(UsageError) -> Int {
      if text == "all" { return -1 }
      guard let number = Int(text) else {
        throw refuse("invalid count (\(text)): value must be either \"all\" or an integer")
      }
      return number
    }
    var seen: Set<String> = []
    for field in try CommaSeparatedFields.parse(text) {
      let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let key = pair.count == 2 ? pair[0] : "count"
      let value = pair[pair.count - 1]
      guard seen.insert(key).inserted else { throw refuse("gpu request key '\(key)' can be specified only once") }
      switch key {
      case "driver": request.Driver = value
      case "count": request.Count = try count(value)
      case "device": request.DeviceIDs = value.split(separator: ",").map(String.init)
      case "capabilities": capabilities += value.split(separator: ",").map(String.init)
      case "options": request.Options = KeyValueMap.parse(value.split(separator: ",").map(String.init))
      default: throw refuse("unexpected key '\(key)' in '\(field)'")
      }
    }
    if !seen.contains("count"), !seen.contains("device") { request.Count = 1 }
    request.Capabilities = [capabilities]
    return request
  }
}
