extension Bool {
  /// A switch as Docker's clients write it (Go: `strconv.ParseBool`); `nil` for any other word.
  public init?(word: String) {
    switch word {
    case "1", "t", "T", "true", "TRUE", "True": self = true
    case "0", "f", "F", "false", "FALSE", "False": self = false
    default: return nil
    }
  }
}
