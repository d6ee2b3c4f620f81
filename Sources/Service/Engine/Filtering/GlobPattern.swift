/// A shell pattern for file names: `*` matches any text without a slash, `?` one character except a slash.
struct GlobPattern: Sendable {
  private let pattern: [Character]

  init(_ text: String) { pattern = Array(text) }

  func matches(_ text: String) -> Bool {
    let text = Array(text)
    var (p, t) = (0, 0)
    // Where to continue when the last star must match one more character.
    var retry: (p: Int, t: Int)?
    while t < text.count {
      if p < pattern.count, pattern[p] == "*" {
        retry = (p, t)
        p += 1
      } else if p < pattern.count, pattern[p] == text[t] || pattern[p] == "?" && text[t] != "/" {
        p += 1
        t += 1
      } else if let last = retry, text[last.t] != "/" {
        retry = (last.p, last.t + 1)
        p = last.p + 1
        t = last.t + 1
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }
}
