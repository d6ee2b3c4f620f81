import EngineModel

/// A request to `skopeo experimental-image-proxy`: one packet with a method and its arguments.
struct ProxyRequest: Encodable {
  enum Argument: Encodable {
    case text(String)
    case number(Int64)

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .number(let number): try container.encode(number)
      }
    }
  }

  var method: String
  var args: [Argument]
}

/// A reply. Data comes through a pipe whose descriptor is attached to the packet (unix(7), `SCM_RIGHTS`).
struct ProxyReply: Decodable {
  let success: Bool
  let error: String
  /// 0: no pipe.
  let pipeid: Int64
  /// The image's handle, in the reply to `OpenImage`. Other values are ignored.
  let number: Int64?

  private enum Name: String, CodingKey {
    case success, error, pipeid, value
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    success = try container.decode(Bool.self, forKey: .success)
    error = try container.decodeIfPresent(String.self, forKey: .error) ?? ""
    pipeid = try container.decodeIfPresent(Int64.self, forKey: .pipeid) ?? 0
    number = try? container.decode(Int64.self, forKey: .value)
  }
}
