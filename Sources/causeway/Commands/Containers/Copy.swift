import EngineClient

extension Command {
  static var copy: Command {
    Command(
      "container cp", "cp", usage: "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-",
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
        .flag("quiet", "q", "Suppress progress output during copy"),
      ],
      arguments: .exactly(2)
    ) { invocation in
      try await ArchiveCopy(invocation: invocation).run(
        from: CopyEnd(invocation.arguments[0]), to: CopyEnd(invocation.arguments[1]))
      return 0
    }
  }
}

/// One end of a copy.
enum CopyEnd: Equatable {
  case container(String, path: String)
  case local(String)
  case standardStream

  /// What has a colon before any slash names a container, as in scp(1).
  init(_ text: String) {
    if text == "-" {
      self = .standardStream
    } else if let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/"), text.first != "." {
      self = .container(String(text[..<colon]), path: String(text[text.index(after: colon)...]))
    } else {
      self = .local(text)
    }
  }
}

/// Moves a tar archive between a container and a standard stream.
private struct ArchiveCopy {
  let invocation: Invocation

  func run(from source: CopyEnd, to target: CopyEnd) async throws {
    switch (source, target) {
    case (.container(let name, let path), .standardStream):
      for try await chunk in try await download(name, path) { Descriptor.output.write(chunk) }
    case (.standardStream, .container(let name, let path)):
      try await upload(name, path, StandardInputChunks())
    case (.container, .container): throw UsageError.value("copying between containers is not supported")
    case (.container, .local), (.local, .container):
      throw CommandFailure(
        "copying to and from local paths is not built yet; pipe an archive with '-' as one side, as in "
          + "'tar -c FILE | \(invocation.commandName) - CONTAINER:/PATH'")
    default: throw UsageError.value("must specify at least one container source")
    }
  }

  private func download(_ name: String, _ path: String) async throws -> ByteChunks {
    try await invocation.engine.stream(.get, invocation.path("containers", name, "/archive"), [("path", path)])
  }

  private func upload(_ name: String, _ path: String, _ chunks: ByteChunks) async throws {
    let chunks = try await invocation.engine.stream(
      .put, invocation.path("containers", name, "/archive"), [("path", path), ("noOverwriteDirNonDir", "true")],
      upload: chunks)
    for try await _ in chunks {}
  }
}
