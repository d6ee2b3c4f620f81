import EngineAPI

/// Formats an explanation for the terminal.
struct ExplanationText {
  let explanation: Wire.Explanation
  let style: TextStyle

  init(_ explanation: Wire.Explanation, style: TextStyle) {
    self.explanation = explanation
    self.style = style
  }

  var text: String {
    var lines = explanation.Steps.map(line)
    lines += ["", style.styled(explanation.Verdict, explanation.Reachable ? .green : .red)]
    if !explanation.Unknowns.isEmpty {
      lines.append("Unknown: \(explanation.Unknowns.joined(separator: "; "))")
    }
    if !explanation.Advice.isEmpty { lines += ["", "What to do:"] }
    for advice in explanation.Advice {
      lines.append("  \(advice.Text)")
      if !advice.Command.isEmpty { lines.append("      " + style.styled(advice.Command, .bold)) }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func line(_ step: Wire.ExplanationStep) -> String {
    let (mark, colour): (String, TextStyle.Colour) =
      switch step.Mark {
      case "passes": ("✓", .green)
      case "fails": ("✗", .red)
      default: ("!", .yellow)
      }
    let fact = step.Fact.isEmpty ? "" : "  " + style.styled("(\(step.Fact))", .faint)
    return "\(style.styled(mark, colour)) \(step.Text)\(fact)"
  }
}
