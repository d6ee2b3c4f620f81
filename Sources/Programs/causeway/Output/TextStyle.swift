/// Colours for terminals that support them, unless `NO_COLOR` is set (no-color.org).
struct TextStyle: Sendable, Equatable {
  enum Colour: String, Sendable {
    case red = "31"
    case green = "32"
    case yellow = "33"
    case bold = "1"
    case faint = "2"
  }

  static let plain = TextStyle(hasColour: false)

  let hasColour: Bool

  static func of(_ descriptor: Descriptor) -> TextStyle {
    let isRefused = !(Invocation.environment("NO_COLOR") ?? "").isEmpty
    let isDumb = ["", "dumb"].contains(Invocation.environment("TERM") ?? "")
    return TextStyle(hasColour: descriptor.isTerminal && !isRefused && !isDumb)
  }

  func styled(_ text: String, _ colour: Colour) -> String {
    hasColour && !text.isEmpty ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// The visible width of a text, without its colour sequences.
  static func width(_ text: some StringProtocol) -> Int {
    var width = 0
    var isInside = false
    for scalar in text.unicodeScalars {
      if isInside {
        isInside = scalar != "m"
      } else if scalar == "\u{1B}" {
        isInside = true
      } else {
        width += 1
      }
    }
    return width
  }
}
