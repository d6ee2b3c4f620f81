import Testing

@testable import Compose

/// Every operator of interpolation, alone and inside another.
@Suite struct VariableTemplateTests {
  private static let variables = ["A": "a", "EMPTY": "", "LONG_name1": "long"]

  private func fill(_ text: String) throws -> String {
    try VariableTemplate.fill(text) { Self.variables[$0] }.text
  }

  @Test(arguments: [
    ("plain", "plain"), ("$A", "a"), ("${A}", "a"), ("x$A.y", "xa.y"), ("$LONG_name1-", "long-"), ("$$A", "$A"),
    ("$$$A", "$a"),
    ("${NONE:-d}", "d"), ("${NONE-d}", "d"), ("${EMPTY:-d}", "d"), ("${EMPTY-d}", ""), ("${A:-d}", "a"),
    ("${A-d}", "a"),
    ("${A:+r}", "r"), ("${A+r}", "r"), ("${EMPTY:+r}", ""), ("${EMPTY+r}", "r"), ("${NONE:+r}", ""), ("${NONE+r}", ""),
    ("${A:?no}", "a"), ("${EMPTY?no}", ""), ("${NONE:-${A}}", "a"), ("${NONE:-${ALSO:-${A}x}}y", "axy"),
    ("${NONE:-$A$A}", "aa"),
    ("${A:-${NONE:?never}}", "a"), ("${NONE:-a b:c}", "a b:c"), ("${NONE:-}", ""), ("${A:+${NONE:-n}}", "n"),
    ("${NONE}", ""),
  ])
  func operators(_ text: String, _ expected: String) throws {
    #expect(try fill(text) == expected)
  }

  @Test func missingVariablesAreReported() throws {
    let (text, missing) = try VariableTemplate.fill("$X ${Y} ${Z:-z} $A") { Self.variables[$0] }
    #expect(text == "  z a")
    #expect(missing == ["X", "Y"])
  }

  @Test func aRequiredVariable() {
    for text in ["${NONE:?give it}", "${NONE?give it}", "${EMPTY:?give it}"] {
      #expect { try fill(text) } throws: { error in
        if case .required(_, "give it") = error as? VariableTemplate.Failure { true } else { false }
      }
    }
    // The message may contain variables.
    #expect(throws: VariableTemplate.Failure.required(name: "NONE", message: "a is set")) {
      try fill("${NONE:?$A is set}")
    }
  }

  @Test(arguments: [
    "$", "${", "${A", "${A:", "${A:x}", "${A!b}", "${1}", "${}", "$ A", "$1", "${NONE:-${A}", "${A:-$}",
  ])
  func malformed(_ text: String) {
    #expect { try fill(text) } throws: { error in
      if case .malformed = error as? VariableTemplate.Failure { true } else { false }
    }
  }

  @Test func depthIsLimited() {
    let deep = String(repeating: "${N:-", count: 100) + String(repeating: "}", count: 100)
    #expect(throws: VariableTemplate.Failure.self) { try fill(deep) }
  }
}
