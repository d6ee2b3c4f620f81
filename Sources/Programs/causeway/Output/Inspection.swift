import JSON
import EngineAPI

/// Shows objects in full, as the engine describes them or through `--format`.
struct Inspection {
  let invocation: Invocation
  let names: [String]
  private let escapesHTML: Bool

  /// - Parameters:
  ///   - names: the objects; `nil` for the command's arguments.
  ///   - escapesHTML: escapes `<`, `>` and `&`, where Docker's command line does.
  init(invocation: Invocation, names: [String]? = nil, escapesHTML: Bool = false) {
    self.invocation = invocation
    self.escapesHTML = escapesHTML
    self.names = names ?? invocation.arguments
  }

  /// Shows all objects that exist. Errors follow at the end, and the exit code is then 1.
  func show(_ find: (String) async throws -> JSONValue) async throws -> Int32 {
    let format = invocation.options.text("format") ?? ""
    let template = format.isEmpty || format == "json" ? nil : try Template(format)
    var found: [JSONValue] = []
    var errors: [String] = []
    for name in names {
      do {
        found.append(try await find(name))
      } catch let response as EngineErrorResponse {
        errors.append(await invocation.errorText(for: response))
      } catch let failure as CommandFailure {
        errors.append(failure.message)
      }
    }
    if let template {
      for value in found { invocation.printLine(try template.text(for: value)) }
    } else if format == "json" {
      invocation.printLine(JSONValue.array(found).compactText)
    } else {
      let text = JSONValue.array(found).indentedText()
      invocation.printLine(escapesHTML ? ListFormat.escaped(text) : text)
    }
    for error in errors { invocation.printError(error) }
    return errors.isEmpty ? 0 : 1
  }
}
