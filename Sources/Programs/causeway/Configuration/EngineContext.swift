import EngineAPI
import JSON

/// A context as it is stored.
struct EngineContext: Sendable {
  var name: String
  var description: String
  var host: String
  var skipsVerification: Bool
  /// Metadata members that Causeway does not interpret.
  private let others: [JSONMember]
  private let otherEndpoints: [JSONMember]

  init(name: String, description: String = "", host: String, skipsVerification: Bool = false) {
    self.name = name
    self.description = description
    self.host = host
    self.skipsVerification = skipsVerification
    others = []
    otherEndpoints = []
  }

  init(_ value: JSONValue) {
    let metadata = value["Metadata"] ?? .null
    let endpoint = value["Endpoints"]?["docker"] ?? .null
    name = value["Name"]?.text ?? ""
    description = metadata["Description"]?.text ?? ""
    host = endpoint["Host"]?.text ?? ""
    skipsVerification = endpoint["SkipTLSVerify"] == .bool(true)
    others = metadata.members.filter { $0.name != "Description" }
    otherEndpoints = (value["Endpoints"] ?? .null).members.filter { $0.name != "docker" }
  }

  var metadata: JSONValue {
    .object([
      JSONMember("Name", .string(name)),
      JSONMember(
        "Metadata",
        .object((description.isEmpty ? [] : [JSONMember("Description", .string(description))]) + others)),
      JSONMember("Endpoints", endpoints),
    ])
  }

  var endpoints: JSONValue {
    let endpoint = JSONValue.object([
      JSONMember("Host", .string(host)), JSONMember("SkipTLSVerify", .bool(skipsVerification)),
    ])
    return .object(otherEndpoints + [JSONMember("docker", endpoint)])
  }
}
