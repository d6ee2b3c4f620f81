enum CommaSeparatedFields {
  /// Splits one record of comma-separated values (RFC 4180). A quoted field may contain commas.
  static func parse(_ text: String) throws(UsageError) -> [String] {
    var fields: [String] = []
    var field = ""
    var isQuoted = false
    var rest = text[...]
    while let character = rest.popFirst() {
      switch character {
      case "\"" where isQuoted && rest.first == "\"":
        field.append("\"")
        rest = rest.dropFirst()
      case "\"": isQuoted.toggle()
      case "," where !isQuoted:
        fields.append(field)
        field = ""
      default: field.append(character)
      }
    }
    guard !isQuoted else { throw .value("extraneous or missing \" in quoted-field") }
    return fields + [field]
  }
}
