import JSON
import EngineAPI

extension Command {
  static var diff: Command {
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
        case 0: text += style.paint("C \(path)", .yellow) + "\n"
        case 1: text += style.paint("A \(path)", .green) + "\n"
        case 2: text += style.paint("D \(path)", .red) + "\n"
        default: throw CommandFailure("the engine tells of a change of an unknown kind: \(change.compactText)")
        }
      }
      Descriptor.output.write(text)
      return 0
    }
  }
}
