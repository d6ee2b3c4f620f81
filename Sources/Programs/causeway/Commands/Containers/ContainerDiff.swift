import JSON
import EngineAPI

extension Command {
  static var containerDiff: Command {
    Command(
      "container diff", "diff", usage: "CONTAINER",
      summary: "Inspect changes to files or directories on a container's filesystem", arguments: .exactly(1)
    ) { invocation in
      let changes = try await invocation.engine.json(invocation.path("containers", invocation.arguments[0], "/changes"))
      let style = TextStyle.of(.output)
      var text = ""
      for change in changes.elements {
        let path = change["Path"]?.text ?? ""
        switch change["Kind"]?.integer {
        case 0: text += style.styled("C \(path)", .yellow) + "\n"
        case 1: text += style.styled("A \(path)", .green) + "\n"
        case 2: text += style.styled("D \(path)", .red) + "\n"
        default: throw CommandFailure("the engine reports a change of unknown kind: \(change.compactText)")
        }
      }
      Descriptor.output.write(text)
      return 0
    }
  }
}
