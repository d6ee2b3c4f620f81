import EngineClient
import Glibc

extension Command {
  static var imageLoad: Command {
    Command(
      "image load", "load", usage: "[OPTIONS]", summary: "Load an image from a tar archive or STDIN",
      options: [
        .text("input", "i", "Read from tar archive file, instead of STDIN"),
        .text(
          "platform", nil,
          "Load only the given platform variant. Formatted as \"os[/arch[/variant]]\" (e.g., \"linux/amd64\")"),
        .flag("quiet", "q", "Suppress the load output"),
      ],
      arguments: .none
    ) { invocation in
      let source: Descriptor
      if let path = invocation.options.text("input") {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw LocalFile.failure(path) }
        source = Descriptor(number: number)
      } else {
        guard !Descriptor.input.isTerminal else {
          throw CommandFailure("requested load from stdin, but stdin is empty")
        }
        source = .input
      }
      var query: EngineSession.Query = [("quiet", invocation.options.flag("quiet") ? "1" : "0")]
      if let platform = invocation.options.text("platform") { query.append(("platform", PlatformText.json(platform))) }
      let chunks = try await invocation.engine.stream(
        .post, "/images/load", query, upload: DescriptorChunks(source))
      var progress = ProgressPrinter(output: .output, isQuiet: false)
      try await progress.print(chunks)
      return 0
    }
  }
}
