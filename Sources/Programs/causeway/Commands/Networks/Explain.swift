import JSON
import EngineAPI

extension Command {
  static var explain: Command {
    Command(
      "explain", usage: "[OPTIONS] FROM TO[:PORT[/PROTO]]",
      summary: "Say why one can or cannot reach another, and what to do", detail: explainDetail,
      options: [
        .text(
          "format", "f",
          "Format output using a custom template:\n'json':             Print in JSON format\n"
            + "'TEMPLATE':         Print output using the given Go template"),
        .flag("quiet", "q", "Only set the exit status"),
        .text("via", nil, "The interface of this host by which it comes from outside"),
      ],
      arguments: .exactly(2), failureCode: 2
    ) { invocation in
      let options = invocation.options
      var query: EngineSession.Query = [("from", invocation.arguments[0]), ("to", invocation.arguments[1])]
      if let via = options.text("via") { query.append(("via", via)) }
      let answer = try await invocation.engine.json("/causeway/v1/explain", query)
      let explanation = try JSONDecoding.decode(Wire.Explanation.self, from: JSONWriter.bytes(answer))
      switch options.text("format") ?? "" {
      case _ where options.flag("quiet"): break
      case "": Descriptor.output.write(ExplanationText(explanation, style: .of(.output)).text)
      case "json": invocation.say(answer.compactText)
      case let format: invocation.say(try Template(format).text(for: answer))
      }
      return explanation.Reachable ? 0 : 1
    }
  }

  private static let explainDetail = """
    FROM is a container, 'host', 'outside', or an address outside. TO is a name as
    FROM would look it up, a container, an address, 'host' or 'outside', also in an
    URL. Without a port it is a ping.

    Nothing is sent but questions to name servers for names that nobody here knows.

    Examples:
      causeway explain web db:5000
      causeway explain web https://example.com
      causeway explain host db:53/udp
      causeway explain outside web:80
      causeway explain --via eth1 outside host:8080

    The exit status is 0 when TO is reached, 1 when it is not, and another one when
    that cannot be said.
    """
}

/// An explanation for people.
struct ExplanationText {
  let explanation: Wire.Explanation
  let style: TextStyle

  init(_ explanation: Wire.Explanation, style: TextStyle) {
    self.explanation = explanation
    self.style = style
  }

  var text: String {
    var lines = explanation.Steps.map(line)
    lines += ["", style.paint(explanation.Verdict, explanation.Reachable ? .green : .red)]
    if !explanation.Unknowns.isEmpty {
      lines.append("Not known here: \(explanation.Unknowns.joined(separator: "; "))")
    }
    if !explanation.Advice.isEmpty { lines += ["", "What to do:"] }
    for advice in explanation.Advice {
      lines.append("  \(advice.Text)")
      if !advice.Command.isEmpty { lines.append("      " + style.paint(advice.Command, .bold)) }
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
    let fact = step.Fact.isEmpty ? "" : "  " + style.paint("(\(step.Fact))", .faint)
    return "\(style.paint(mark, colour)) \(step.Text)\(fact)"
  }
}
