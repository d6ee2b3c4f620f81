import JSON
import EngineAPI
import EngineClient
import EngineModel

extension Command {
  static var version: Command {
    Command(
      "version", usage: "[OPTIONS]", summary: "Show the Causeway version information",
      options: [.text("format", "f", "Format output using a custom template")], arguments: .none
    ) { invocation in
      let client = JSONValue.object([
        JSONMember("Platform", .object([JSONMember("Name", .string(""))])),
        JSONMember("Version", .string(Product.version)),
        JSONMember("ApiVersion", .string(APIVersion.current.description)),
        JSONMember("DefaultAPIVersion", .string(APIVersion.current.description)),
        JSONMember("Os", .string("linux")),
        JSONMember("Arch", .string(Product.architecture)),
        JSONMember("Context", .string("default")),
      ])
      var failure: (any Error)?
      var server = JSONValue.null
      do {
        server = try await invocation.engine.json("/version")
      } catch {
        failure = error
      }
      let whole = JSONValue.object([JSONMember("Client", client), JSONMember("Server", server)])
      if let format = invocation.options.text("format"), !format.isEmpty {
        if let failure, format.contains(".Server") { throw failure }
        invocation.printLine(format == "json" ? whole.compactText : try Template(format).text(for: whole))
      } else {
        Descriptor.output.write(text(server))
      }
      if let failure { throw failure }
      return 0
    }
  }

  private static func text(_ server: JSONValue) -> String {
    var lines = [
      "Client:", " Version:\t\(Product.version)", " API version:\t\(APIVersion.current)",
      " OS/Arch:\tlinux/\(Product.architecture)", " Context:\tdefault",
    ]
    guard server != .null else { return aligned(lines) }
    func field(_ name: String) -> String { server[name]?.text ?? "" }
    let platform = server["Platform"]?["Name"]?.text ?? ""
    lines += [
      "", platform.isEmpty ? "Server:" : "Server: \(platform)", " Engine:", "  Version:\t\(field("Version"))",
      "  API version:\t\(field("ApiVersion")) (minimum version \(field("MinAPIVersion")))",
    ]
    if !field("GoVersion").isEmpty { lines.append("  Go version:\t\(field("GoVersion"))") }
    if !field("GitCommit").isEmpty { lines.append("  Git commit:\t\(field("GitCommit"))") }
    if !field("BuildTime").isEmpty {
      let time = Timestamp(rfc3339: field("BuildTime"))
      let built = time.map { DateText.format($0.seconds, "%a %b %e %H:%M:%S %Y") }
      lines.append("  Built:\t\(built ?? field("BuildTime"))")
    }
    lines += [
      "  OS/Arch:\t\(field("Os"))/\(field("Arch"))", "  Experimental:\t\(server["Experimental"] == .bool(true))",
    ]
    for component in server["Components"]?.elements ?? [] {
      guard let name = component["Name"]?.text, name != "Engine" else { continue }
      lines += [" \(name):", "  Version:\t\(component["Version"]?.text ?? "")"]
      if let commit = component["Details"]?["GitCommit"]?.text { lines.append("  GitCommit:\t\(commit)") }
    }
    return aligned(lines)
  }

  /// Aligns the values in one column, as wide as Docker's.
  private static func aligned(_ lines: [String]) -> String {
    lines.map { line in
      let parts = line.split(separator: "\t", maxSplits: 1)
      guard parts.count == 2 else { return line + "\n" }
      return parts[0] + String(repeating: " ", count: max(1, 20 - parts[0].count)) + parts[1] + "\n"
    }.joined()
  }
}
