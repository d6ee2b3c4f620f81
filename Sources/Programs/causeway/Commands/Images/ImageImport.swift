import EngineClient
import Glibc

extension Command {
  static var imageImport: Command {
    Command(
      "image import", "import", usage: "[OPTIONS] file|URL|- [REPOSITORY[:TAG]]",
      summary: "Import the contents from a tarball to create a filesystem image",
      options: [
        .list("change", "c", "Apply Dockerfile instruction to the created image"),
        .text("message", "m", "Set commit message for imported image"),
        .text("platform", nil, "Set platform if server is multi-platform capable"),
      ],
      arguments: .between(1, 2)
    ) { invocation in
      let options = invocation.options
      let source = invocation.arguments[0]
      let isAddress = source.hasPrefix("http://") || source.hasPrefix("https://")
      var query: EngineSession.Query = [("fromSrc", isAddress ? source : "-")]
      if invocation.arguments.count > 1 { query.append(("repo", invocation.arguments[1])) }
      if let message = options.text("message") { query.append(("message", message)) }
      for change in options.all("change") { query.append(("changes", change)) }
      if let platform = options.text("platform") { query.append(("platform", platform)) }
      var upload: ByteChunks?
      if source == "-" {
        upload = DescriptorChunks(.input)
      } else if !isAddress {
        let number = open(source, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw LocalFile.failure(source) }
        upload = DescriptorChunks(Descriptor(number: number))
      }
      var progress = ProgressPrinter(output: .output, isQuiet: false)
      try await progress.print(try await invocation.engine.stream(.post, "/images/create", query, upload: upload))
      return 0
    }
  }
}
