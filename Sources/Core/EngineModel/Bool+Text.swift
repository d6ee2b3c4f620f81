extension Bool {
  /// Parses a Boolean as Go's `strconv.ParseBool` does; `nil` for any other text.
  package init?(text: String) {
    switch text {
    case "1", "t", "T", "true", "TRUE", "True": self = true
    case "0", "f", "F", "false", "FALSE", "False": self = false
    default: return nil
    }
  }
}
