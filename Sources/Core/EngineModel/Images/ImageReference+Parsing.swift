extension ImageReference {
  /// Parses a reference that a user typed.
  ///
  /// - Throws: `invalidParameter`, in Docker's words: "invalid reference format", …
  package init(_ text: some StringProtocol) throws(EngineError) {
    if Digest(hex: text) != nil {
      throw EngineError(
        .invalidParameter, "invalid repository name (\(text)), cannot specify 64-byte hexadecimal strings")
    }
    let malformed = EngineError(.invalidParameter, "invalid reference format")
    var rest = String(text)
    var digest: Digest?
    if let at = rest.firstIndex(of: "@") {
      guard let parsed = Digest(String(rest[rest.index(after: at)...])) else { throw malformed }
      digest = parsed
      rest = String(rest[..<at])
    }
    var (domain, remainder) = Self.splitDomain(rest)
    if domain == "index.docker.io" { domain = Self.defaultDomain }
    if domain == Self.defaultDomain, !remainder.contains("/") { remainder = Self.officialPrefix + remainder }
    var tag: String?
    if let colon = remainder.firstIndex(of: ":") {
      tag = String(remainder[remainder.index(after: colon)...])
      remainder = String(remainder[..<colon])
    }
    guard remainder == remainder.lowercased() else {
      throw EngineError(
        .invalidParameter, "invalid reference format: repository name (\(remainder)) must be lowercase")
    }
    guard RegistryDomain.isValid(domain), Self.isPath(remainder), tag.map({ Self.isTag($0) }) ?? true else {
      throw malformed
    }
    guard remainder.utf8.count <= 255 else {
      throw EngineError(
        .invalidParameter, "invalid reference format: repository name must not be longer than 255 characters")
    }
    self.init(domain: domain, path: remainder, tag: tag, digest: digest)
  }

  /// The first component is a registry only if it cannot be a user name: it contains a dot, a colon or a capital
  /// letter, or is `localhost`.
  package static func splitDomain(_ text: String) -> (String, String) {
    guard let slash = text.firstIndex(of: "/") else { return (defaultDomain, text) }
    let first = String(text[..<slash])
    guard first.contains(".") || first.contains(":") || first == "localhost" || first != first.lowercased() else {
      return (defaultDomain, text)
    }
    return (first, String(text[text.index(after: slash)...]))
  }

  /// `[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`
  package static func isTag(_ text: some StringProtocol) -> Bool {
    guard (1...128).contains(text.utf8.count), let first = text.utf8.first, first != UInt8(ascii: "."),
      first != UInt8(ascii: "-")
    else { return false }
    return text.utf8.allSatisfy { isAlphanumeric($0) || "_.-".utf8.contains($0) }
  }

  /// Components of lower-case letters and digits, separated by single slashes. Inside a component: single dots, one or
  /// two underscores, or hyphens, but not at its ends.
  private static func isPath(_ text: String) -> Bool {
    text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { component in
      let bytes = Array(component.utf8)
      guard let first = bytes.first, let last = bytes.last, isLowerAlphanumeric(first), isLowerAlphanumeric(last) else {
        return false
      }
      return bytes.split(whereSeparator: isLowerAlphanumeric).allSatisfy { separator in
        separator.elementsEqual(".".utf8) || separator.elementsEqual("_".utf8) || separator.elementsEqual("__".utf8)
          || separator.allSatisfy { $0 == UInt8(ascii: "-") }
      }
    }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isLowerAlphanumeric(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }

  private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
