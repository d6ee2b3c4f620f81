import EngineAPI

/// Shows objects in full: as the engine describes them, or as `--format` says.
struct Inspection {
  let invocation: Invocation

  /// What can be found is shown; what cannot is said afterwards, and makes the code 1.
  func show(_ find: (String) async throws -> JSONValue) async throws -> Int32 {
    let format = invocation.options.text("format") ?? ""
    let template = format.isEmpty || format == "json" ? nil : try Template(format)
    var found: [JSONValue] = []
    var complaints: [String] = []
    for name in invocation.arguments {
      do {
        found.append(try await find(name))
      } catch let refusal as EngineRefusal {
        complaints.append("Error response from daemon: \(refusal.message)")
      } catch let failure as CommandFailure {
        complaints.append(failure.message)
      }
    }
    if let template {
      for value in found { invocation.say(try template.text(for: value)) }
    } else if format == "json" {
      invocation.say(JSONValue.array(found).compactText)
    } else {
      invocation.say(JSONValue.array(found).indentedText())
    }
    for complaint in complaints { invocation.complain(complaint) }
    return complaints.isEmpty ? 0 : 1
  }
}
