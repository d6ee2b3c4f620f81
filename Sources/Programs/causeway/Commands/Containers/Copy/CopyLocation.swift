/// The source or the target of a copy.
enum CopyLocation: Equatable {
  case container(String, path: String)
  case local(String)
  case standardStream

  /// A colon before the first slash separates a container's name from a path, as in scp(1).
  init(_ text: String) {
    if text == "-" {
      self = .standardStream
    } else if let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/"), text.first != "." {
      self = .container(String(text[..<colon]), path: String(text[text.index(after: colon)...]))
    } else {
      self = .local(text)
    }
  }
}
