/// The log drivers that the engine has, with Docker's names.
package enum LogDriver: String, CaseIterable, Sendable {
  case jsonFile = "json-file"
  case local
  /// No log.
  case none

  /// The names, in the order of the cases.
  package static var names: [String] { allCases.map(\.rawValue) }
}
