import EngineClient
import Glibc

extension Command {
  static var save: Command {
    Command(
      "image save", "save", usage: "[OPTIONS] IMAGE [IMAGE...]",
      summary: "Save one or more images to a tar archive (streamed to STDOUT by default)",
      options: [
        .text("output", "o", "Write to a file, instead of STDOUT"),
        .text(
          "platform", nil,
          "Save only the given platform variant. Formatted as \"os[/arch[/variant]]\" (e.g., \"linux/amd64\")"),
      ],
      arguments: .atLeast(1)
    ) { invocation in
      let path = invocation.options.text("output")
      guard path != nil || !Descriptor.output.isTerminal else {
        throw CommandFailure("cowardly refusing to save to a terminal. Use the -o flag or redirect")
      }
      var query: EngineSession.Query = invocation.arguments.map { ("names", $0) }
      if let platform = invocation.options.text("platform") { query.append(("platform", platform)) }
      let chunks = try await invocation.engine.stream(.get, "/images/get", query)
      guard let path else {
        for try await chunk in chunks { Descriptor.output.write(chunk) }
        return 0
      }
      // Under its name the file appears only when it is whole.
      let partial = path + ".partial"
      let number = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
      guard number >= 0 else { throw SmallFile.failure(path) }
      do {
        for try await chunk in chunks {
          guard Descriptor(number: number).write(chunk) else { throw SmallFile.failure(path) }
        }
        guard close(number) == 0, Glibc.rename(partial, path) == 0 else { throw SmallFile.failure(path) }
      } catch {
        unlink(partial)
        throw error
      }
      return 0
    }
  }
}
