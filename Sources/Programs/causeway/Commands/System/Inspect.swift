import EngineAPI
import JSON

extension Command {
  static var inspect: Command {
    Command(
      "inspect", usage: "[OPTIONS] NAME|ID [NAME|ID...]", summary: "Return low-level information on Docker objects",
      options: [
        .text("format", "f", "Format output using a custom template"),
        .flag("size", "s", "Display total file sizes if the type is container"),
        .text("type", nil, "Only inspect objects of the given type"),
      ],
      arguments: .atLeast(1)
    ) { invocation in
      let kinds = ["container": "containers", "image": "images", "network": "networks", "volume": "volumes"]
      let asked = invocation.options.text("type") ?? ""
      guard asked.isEmpty || kinds[asked] != nil else {
        throw UsageError.value(
          "unknown type: \(asked.quoted): must be one of \(kinds.keys.sorted().map { $0.quoted }.joined(separator: ", "))"
        )
      }
      // Docker's command line tries them in this order.
      let tried = asked.isEmpty ? ["container", "image", "network", "volume"] : [asked]
      return try await Inspection(invocation: invocation).show { name in
        for kind in tried {
          let hasSuffix = kind == "container" || kind == "image"
          let query: EngineSession.Query =
            kind == "container" && invocation.options.flag("size") ? [("size", "1")] : []
          do {
            return try await invocation.engine.json(
              invocation.path(kinds[kind] ?? kind, name, hasSuffix ? "/json" : ""), query)
          } catch let response as EngineErrorResponse where asked.isEmpty && [404, 501].contains(response.status) {
            continue
          }
        }
        let known = await CompletionNames(invocation: invocation).all(.objects).map(\.word)
        let hint = Suggestion.sentence(name, among: known).map { "\n" + $0 } ?? ""
        throw CommandFailure("Error: No such object: \(name)\(hint)")
      }
    }
  }
}
