internal import Engine
internal import EngineAPI
internal import EngineModel
internal import Kernel

extension ServerRequest {
  /// - Throws: `invalidParameter` when they are malformed.
  func filters() throws(EngineError) -> Filters {
    Filters(try FilterText.decode(query["filters"] ?? ""))
  }

  /// A query parameter; `nil` when it is absent or empty.
  func parameter(_ name: String) -> String? { query[name].flatMap { $0.isEmpty ? nil : $0 } }

  /// The client asks for a plan and for no change: `plan=1` in the query. Not part of Docker's API.
  var wantsPlan: Bool { query.flag("plan") }

  /// `h` and `w` of the query.
  ///
  /// - Throws: `invalidParameter`.
  func terminalSize() throws(EngineError) -> (height: Int, width: Int) {
    guard let height = try integer("h"), let width = try integer("w"), (0...0xFFFF).contains(height),
      (0...0xFFFF).contains(width)
    else { throw EngineError(.invalidParameter, "invalid resize height or width: two numbers up to 65535 are needed") }
    return (height, width)
  }

  /// A time in the query, in any of Docker's notations.
  ///
  /// - Throws: `invalidParameter`.
  func time(_ name: String) throws(EngineError) -> Timestamp? {
    guard let text = parameter(name), text != "0" else { return nil }
    guard let time = Timestamp(docker: text, now: .now) else {
      throw EngineError(.invalidParameter, "invalid value for \"\(name)\": \(text) is not a time")
    }
    return time
  }
}

/// An object of which only emptiness matters.
struct JSONObject: Decodable {
  let isEmpty: Bool

  init(from decoder: any Decoder) throws {
    isEmpty = try decoder.container(keyedBy: AnyKey.self).allKeys.isEmpty
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

extension ServerResponse {
  static func plan(_ plan: HostPlan) throws -> ServerResponse { try json(Wire.Plan(Steps: plan.steps)) }
}
