import EngineAPI

extension Command {
  static var contextExport: Command {
    Command(
      "context export", usage: "[OPTIONS] CONTEXT [FILE|-]",
      summary: "Export a context to a tar archive FILE or a tar stream on STDOUT.", arguments: .between(1, 2),
      usesEngine: false
    ) { invocation in
      let name = invocation.arguments[0]
      let archive = try ContextArchive(name, invocation: invocation).bytes
      let target = invocation.arguments.count > 1 ? invocation.arguments[1] : "\(name).dockercontext"
      guard target != "-" else {
        guard !Descriptor.output.isTerminal else {
          throw CommandFailure("cowardly refusing to export to a terminal, specify a file path")
        }
        Descriptor.output.write(archive)
        return 0
      }
      guard !LocalFile.exists(target) else { throw CommandFailure("open \(target): file exists") }
      try LocalFile.write(archive, to: target)
      invocation.printError("Written file \(target.quoted)")
      return 0
    }
  }
}
