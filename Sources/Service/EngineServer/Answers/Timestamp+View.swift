internal import EngineModel

extension Timestamp {
  /// The API's form of a time that may be unset.
  static func shown(_ moment: Timestamp?) -> String { moment.map(\.description) ?? zeroText }
}
