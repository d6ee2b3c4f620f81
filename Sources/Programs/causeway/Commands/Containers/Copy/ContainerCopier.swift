import CLinux
import EngineAPI
import EngineClient
import Glibc

/// Copies files between a container and this host.
struct ContainerCopier {
  let invocation: Invocation
  let keepsOwners: Bool
  let followsLinks: Bool
  let isQuiet: Bool

  init(invocation: Invocation) {
    self.invocation = invocation
    let options = invocation.options
    keepsOwners = options.flag("archive")
    followsLinks = options.flag("follow-link")
    isQuiet = options.isSet("quiet") ? options.flag("quiet") : !Descriptor.error.isTerminal
  }

  func run(from source: CopyLocation, to target: CopyLocation) async throws {
    switch (source, target) {
    case (.container(let name, let path), .standardStream):
      for try await chunk in try await download(name, try await resolved(name, path).text).body {
        Descriptor.output.write(chunk)
      }
    case (.standardStream, .container(let name, let path)):
      let folder = CopyPath(path).absolute
      if let targetStatus = try await status(name, folder), targetStatus.symbolicLinkTarget == nil,
        !targetStatus.isFolder
      {
        throw CommandFailure("destination \(("\(name):\(path)").quoted) must be a directory")
      }
      try await upload(name, folder, StandardInputChunks(), verb: "Copying to container", shown: "")
    case (.container(let name, let path), .local(let local)): try await copyOut(name, path, CopyPath(local))
    case (.local(let local), .container(let name, let path)): try await copyIn(CopyPath(local), name, path)
    case (.container, .container): throw UsageError.value("copying between containers is not supported")
    default: throw UsageError.value("must specify at least one container source")
    }
  }

  // MARK: Out of a container

  private func copyOut(_ container: String, _ path: String, _ target: CopyPath) async throws {
    let given = CopyPath(path).absolute
    let source = try await resolved(container, path)
    var status = stat()
    var targetIsFolder: Bool?
    if stat(target.text, &status) == 0 {
      targetIsFolder = status.st_mode & S_IFMT == S_IFDIR
    } else if stat(target.parent.text.isEmpty ? "." : target.parent.text, &status) != 0 {
      throw CommandFailure("invalid output path: directory \(Self.absolute(target.parent).quoted) does not exist")
    }
    let answer = try await download(container, source.text)
    let sourceIsFolder = Wire.PathStatus(answer)?.isFolder ?? false
    let destination = try CopyDestination(
      target: target, targetIsFolder: targetIsFolder, sourceName: given.name, sourceIsFolder: sourceIsFolder,
      sourceMeansContent: given.meansContent)
    let extractor = try TarExtractor(
      folder: destination.folder.text.isEmpty ? "." : destination.folder.text, keepsOwners: keepsOwners)
    let counted = CountedChunks(answer.body, ByteProgress(verb: "Copying from container", object: "", isQuiet: isQuiet))
    var reader = TarReader(counted)
    var top: String?
    while let entry = try await reader.next() {
      let components = entry.name.split(separator: "/").map(String.init)
      // The first component is the source's own name; the copy may have another one.
      if top == nil { top = components.first }
      let path = try Self.outputPath(components, top: top, destination)
      let link =
        entry.kind == .hardLink
        ? try Self.outputPath(
          entry.linkTarget.split(separator: "/").map(String.init), top: top, destination) : []
      try await extractor.write(entry, at: path, link: link) { try await reader.data() }
    }
    try extractor.finish()
    try await reader.finish()
    finish(counted, to: target.text)
  }

  private static func outputPath(_ components: [String], top: String?, _ destination: CopyDestination) throws
    -> [String]
  {
    guard !components.contains("..") else {
      throw TarFormat.Broken(
        description: "the archive contains a path outside the target: \(components.joined(separator: "/"))")
    }
    let rest = components.first == top ? Array(components.dropFirst()) : components
    return (destination.name.map { [$0] } ?? []) + rest.filter { $0 != "." }
  }

  /// The path to request. With `-L`, a symbolic link is replaced by its target.
  private func resolved(_ container: String, _ path: String) async throws -> CopyPath {
    let path = CopyPath(path).absolute
    guard followsLinks, let target = try await status(container, path)?.symbolicLinkTarget else { return path }
    return path.following(target)
  }

  private func download(_ container: String, _ path: String) async throws -> EngineAnswer {
    try await invocation.engine.answer(
      .get, invocation.path("containers", container, "/archive"), [("path", path)])
  }

  /// The status of a path in the container; `nil` when it does not exist.
  private func status(_ container: String, _ path: CopyPath) async throws -> Wire.PathStatus? {
    do {
      return Wire.PathStatus(
        try await invocation.engine.answer(
          .head, invocation.path("containers", container, "/archive"), [("path", path.text)]))
    } catch let response as EngineErrorResponse where response.status == 404 {
      return nil
    }
  }

  private static func absolute(_ path: CopyPath) -> String {
    path.text.hasPrefix("/") ? path.text : VolumeArgument.absolute("./\(path.text)", Invocation.workingDirectory)
  }

  // MARK: Into a container

  private func copyIn(_ source: CopyPath, _ container: String, _ path: String) async throws {
    var target = CopyPath(path).absolute
    var targetStatus = try await status(container, target)
    if let link = targetStatus?.symbolicLinkTarget {
      target = target.following(link)
      targetStatus = try await status(container, target)
    }
    var status = stat()
    guard (followsLinks ? stat(source.text, &status) : lstat(source.text, &status)) == 0 else {
      throw CommandFailure("lstat \(Self.absolute(source)): \(String(cString: strerror(errno)).lowercased())")
    }
    let destination = try CopyDestination(
      target: target, targetIsFolder: targetStatus?.isFolder, sourceName: Self.name(source),
      sourceIsFolder: status.st_mode & S_IFMT == S_IFDIR, sourceMeansContent: source.meansContent)
    let packer = TarPacker(path: source.text, name: destination.name ?? "", followsLink: followsLinks)
    try await upload(
      container, destination.folder, packer, verb: "Copying to container", shown: "\(container):\(path)")
  }

  /// The last component of a local path. `..` is resolved to the folder's name.
  private static func name(_ path: CopyPath) -> String {
    guard path.name == ".." || path.name.isEmpty, let real = realpath(path.text, nil) else { return path.name }
    defer { free(real) }
    return CopyPath(String(cString: real)).name
  }

  /// - Parameter shown: the target in the final message; empty for no message.
  private func upload(
    _ container: String, _ folder: CopyPath, _ chunks: some AsyncSequence<[UInt8], any Error> & Sendable, verb: String,
    shown: String
  ) async throws {
    var query: EngineSession.Query = [("path", folder.text), ("noOverwriteDirNonDir", "true")]
    if keepsOwners { query.append(("copyUIDGID", "true")) }
    let counted = CountedChunks(chunks, ByteProgress(verb: verb, object: "", isQuiet: isQuiet))
    let answer = try await invocation.engine.stream(
      .put, invocation.path("containers", container, "/archive"), query, upload: counted)
    for try await _ in answer {}
    if !shown.isEmpty { finish(counted, to: shown) }
  }

  private func finish(_ counted: CountedChunks, to target: String) {
    counted.clear()
    guard !isQuiet else { return }
    invocation.printError("Successfully copied \(HumanText.size(counted.bytes)) to \(target)")
  }
}
