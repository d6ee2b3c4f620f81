internal import Engine
internal import EngineAPI
internal import EngineModel

extension ServerRequest {
  /// - Throws: `invalidParameter` when they cannot be read.
  func filters() throws(EngineError) -> Filters {
    Filters(try FilterText.decode(query["filters"] ?? ""))
  }

  /// A word of the query; `nil` when it is not there or empty.
  func word(_ name: String) -> String? { query[name].flatMap { $0.isEmpty ? nil : $0 } }

  /// The client asks what would be done, and wants nothing to be done: `plan=1` in the query. Ours; Docker has nothing
  /// like it.
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

  /// A moment of the query, in any of Docker's notations.
  ///
  /// - Throws: `invalidParameter`.
  func moment(_ name: String) throws(EngineError) -> Timestamp? {
    guard let text = word(name), text != "0" else { return nil }
    guard let moment = Timestamp(docker: text, now: .present) else {
      throw EngineError(.invalidParameter, "invalid value for \"\(name)\": \(text) is not a time")
    }
    return moment
  }
}

/// An object of which only matters whether anything is in it.
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
