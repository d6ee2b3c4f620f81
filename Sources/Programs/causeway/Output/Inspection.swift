import JSON
import EngineAPI

/// Shows objects in full: as the engine describes them, or as `--format` says.
struct Inspection {
  let invocation: Invocation
  let names: [String]
  private let isSafeInPages: Bool

  /// - Parameters:
  ///   - names: what to show; `nil`: the command's arguments.
  ///   - isSafeInPages: escapes what means something in HTML, where Docker's command line does.
  init(invocation: Invocation, names: [String]? = nil, isSafeInPages: Bool = false) {
    self.invocation = invocation
    self.isSafeInPages = isSafeInPages
    self.names = names ?? invocation.arguments
  }

  /// What can be found is shown; what cannot is said afterwards, and makes the code 1.
  func show(_ find: (String) async throws -> JSONValue) async throws -> Int32 {
    let format = invocation.options.text("format") ?? ""
    let template = format.isEmpty || format == "json" ? nil : try Template(format)
    var found: [JSONValue] = []
    var complaints: [String] = []
    for name in names {
      do {
        found.append(try await find(name))
      } catch let refusal as EngineRefusal {
        complaints.append(await invocation.explained(refusal))
      } catch let failure as CommandFailure {
        complaints.append(failure.message)
      }
    }
    if let template {
      for value in found { invocation.say(try template.text(for: value)) }
    } else if format == "json" {
      invocation.say(JSONValue.array(found).compactText)
    } else {
      let text = JSONValue.array(found).indentedText()
      invocation.say(isSafeInPages ? ListFormat.escaped(text) : text)
    }
    for complaint in complaints { invocation.complain(complaint) }
    return complaints.isEmpty ? 0 : 1
  }
}
