import EngineAPI
import EngineSettings

enum HelpText {
  static let version = "\(Product.name) version \(Product.version), API \(APIVersion.minimum) to \(APIVersion.current)"

  static var usage: String {
    let rows = Option.all.sorted { $0.name < $1.name }.map { option in
      let short = option.short.map { "-\($0), " } ?? "    "
      return ("  \(short)--\(option.name)\(option.value.isEmpty ? "" : " \(option.value)")", option.help)
    }
    let width = (rows.map { $0.0.count }.max() ?? 0) + 3
    let lines = rows.map { $0.0 + String(repeating: " ", count: width - $0.0.count) + $0.1 }
    return """

      Usage:  causewayd [OPTIONS]

      A container engine whose heart is the network. It speaks the Docker Engine API.

      When the engine ends, containers keep running, talking and resolving; it finds them again when it comes back.

      Options:
      \(lines.joined(separator: "\n"))

      """
  }
}
