/// Where `.Label` of a template finds its value.
enum LabelSource: Sendable {
  case none
  case values([String: String])
  /// In a table's heading: the last part of the label's name.
  case heading

  func label(_ name: String) -> String? {
    switch self {
    case .none: nil
    case .values(let labels): labels[name] ?? ""
    case .heading:
      String((name.split(separator: ".").last ?? "").map { $0 == "-" || $0 == "_" ? " " : $0 })
    }
  }
}
