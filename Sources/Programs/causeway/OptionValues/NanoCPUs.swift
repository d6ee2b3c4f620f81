/// The value of `--cpus` in billionths of a CPU: `1.5` is 1500000000.
struct NanoCPUs: Hashable, Sendable {
  let nanoseconds: Int64

  /// A decimal number with at most nine digits after the point.
  init?(_ text: String) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    func digits(_ part: Substring) -> Bool { part.utf8.allSatisfy { (48...57).contains($0) } }
    guard parts.allSatisfy(digits), !(parts.allSatisfy(\.isEmpty)), let whole = Int64(parts[0].isEmpty ? "0" : parts[0])
    else { return nil }
    var fraction = parts.count == 2 ? String(parts[1]) : ""
    while fraction.utf8.count > 9, fraction.last == "0" { fraction.removeLast() }
    guard fraction.utf8.count <= 9 else { return nil }
    fraction += String(repeating: "0", count: 9 - fraction.utf8.count)
    let (billions, overflow) = whole.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow, let rest = Int64(fraction) else { return nil }
    nanoseconds = billions + rest
  }
}
