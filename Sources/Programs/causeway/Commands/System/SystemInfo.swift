import EngineAPI
import JSON

extension Command {
  static var systemInfo: Command {
    Command(
      "system info", "info", usage: "[OPTIONS]", summary: "Display system-wide information",
      options: [.text("format", "f", "Format output using a custom template")], arguments: .none
    ) { invocation in
      if let format = invocation.options.text("format"), !format.isEmpty {
        let value = try await invocation.engine.json("/info")
        invocation.printLine(format == "json" ? value.compactText : try Template(format).text(for: value))
        return 0
      }
      var text = "Client:\n Version:    \(Product.version)\n Context:    default\n Debug Mode: false\n\nServer:\n"
      do {
        text += SystemInfoText(try await invocation.engine.get("/info")).text
      } catch {
        Descriptor.output.write(text)
        throw error
      }
      Descriptor.output.write(text)
      return 0
    }
  }
}
