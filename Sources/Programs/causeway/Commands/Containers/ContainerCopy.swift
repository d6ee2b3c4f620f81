extension Command {
  static var containerCopy: Command {
    Command(
      "container cp", "cp",
      usage: "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\tcauseway cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH",
      summary: "Copy files/folders between a container and the local filesystem",
      detail: """
        Use '-' as the source to read a tar archive from stdin
        and extract it to a directory destination in a container.
        Use '-' as the destination to stream a tar archive of a
        container source to stdout.
        """,
      options: [
        .flag("archive", "a", "Archive mode (copy all uid/gid information)"),
        .flag("follow-link", "L", "Always follow symbol link in SRC_PATH"),
        .flag(
          "quiet", "q",
          "Suppress progress output during copy. Progress output is automatically suppressed if no terminal is attached"
        ),
      ],
      arguments: .exactly(2)
    ) { invocation in
      let source = CopyLocation(invocation.arguments[0])
      let target = CopyLocation(invocation.arguments[1])
      guard source != .standardStream || target != .standardStream else {
        throw UsageError.value("must specify at least one container source")
      }
      try await ContainerCopier(invocation: invocation).run(from: source, to: target)
      return 0
    }
  }
}
