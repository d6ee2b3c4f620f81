import JSON
import EngineAPI

extension Command {
  static var explain: Command {
    Command(
      "explain", usage: "[OPTIONS] FROM TO[:PORT[/PROTO]]",
      summary: "Explain why FROM can or cannot reach TO, and what to do", detail: explainDetail,
      options: [
        .text(
          "format", "f",
          "Format output using a custom template:\n'json':             Print in JSON format\n"
            + "'TEMPLATE':         Print output using the given Go template"),
        .flag("quiet", "q", "Only set the exit status"),
        .text("via", nil, "The host interface on which packets from outside arrive"),
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
      case "json": invocation.printLine(answer.compactText)
      case let format: invocation.printLine(try Template(format).text(for: answer))
      }
      return explanation.Reachable ? 0 : 1
    }
  }

  private static let explainDetail = """
    FROM is a container, 'host', 'outside', or an external address. TO is a name that
    FROM would look up, a container, an address, 'host', 'outside', or a URL.
    Without a port, the question is about ping.

    The command sends no packets, except DNS queries for names that the engine does
    not know.

    Examples:
      causeway explain web db:5000
      causeway explain web https://example.com
      causeway explain host db:53/udp
      causeway explain outside web:80
      causeway explain --via eth1 outside host:8080

    The exit status is 0 when FROM reaches TO, 1 when it does not, and 2 on errors.
    """
}
