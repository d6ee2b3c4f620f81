import CLinux
import EngineAPI
import EngineClient
import Glibc

/// Copies between a container and this host.
struct ContainerCopy {
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

  func run(from source: CopyEnd, to target: CopyEnd) async throws {
    switch (source, target) {
    case (.container(let name, let path), .standardStream):
      for try await chunk in try await download(name, try await resolved(name, path).text).body {
        Descriptor.output.write(chunk)
      }
    case (.standardStream, .container(let name, let path)):
      let folder = CopyPath(path).absolute
      if let there = try await status(name, folder), there.linkTarget == nil, !there.isFolder {
        throw CommandFailure("destination \(quoted("\(name):\(path)")) must be a directory")
      }
      try await upload(name, folder, StandardInputChunks(), verb: "Copying to container", shown: "")
    case (.container(let name, let path), .local(let local)): try await bring(name, path, CopyPath(local))
    case (.local(let local), .container(let name, let path)): try await send(CopyPath(local), name, path)
    case (.container, .container): throw UsageError.value("copying between containers is not supported")
    default: throw UsageError.value("must specify at least one container source")
    }
  }

  // MARK: Out of a container

  private func bring(_ container: String, _ path: String, _ target: CopyPath) async throws {
    let given = CopyPath(path).absolute
    let source = try await resolved(container, path)
    var status = stat()
    var targetIsFolder: Bool?
    if stat(target.text, &status) == 0 {
      targetIsFolder = status.st_mode & S_IFMT == S_IFDIR
    } else if stat(target.parent.text.isEmpty ? "." : target.parent.text, &status) != 0 {
      throw CommandFailure("invalid output path: directory \(quoted(Self.absolute(target.parent))) does not exist")
    }
    let answer = try await download(container, source.text)
    let sourceIsFolder = PathStatus(answer)?.isFolder ?? false
    let placement = try CopyPlacement(
      target: target, targetIsFolder: targetIsFolder, sourceName: given.name, sourceIsFolder: sourceIsFolder,
      sourceMeansContent: given.meansContent)
    let unpacking = try TreeUnpacking(
      folder: placement.folder.text.isEmpty ? "." : placement.folder.text, keepsOwners: keepsOwners)
    let counted = CountedChunks(answer.body, ByteProgress(verb: "Copying from container", object: "", isQuiet: isQuiet))
    var reader = TarReader(counted)
    var top: String?
    while let entry = try await reader.next() {
      let words = entry.name.split(separator: "/").map(String.init)
      // The first name is the source's own, and gives way to the one that the copy has.
      if top == nil { top = words.first }
      let place = try Self.place(words, top: top, placement)
      let link =
        entry.kind == .hardLink
        ? try Self.place(
          entry.linkTarget.split(separator: "/").map(String.init), top: top, placement) : []
      try await unpacking.write(entry, at: place, link: link) { try await reader.data() }
    }
    try unpacking.finish()
    try await reader.finish()
    finish(counted, to: target.text)
  }

  private static func place(_ words: [String], top: String?, _ placement: CopyPlacement) throws -> [String] {
    guard !words.contains("..") else {
      throw TarFormat.Broken(description: "the archive names a file outside: \(words.joined(separator: "/"))")
    }
    let rest = words.first == top ? Array(words.dropFirst()) : words
    return (placement.name.map { [$0] } ?? []) + rest.filter { $0 != "." }
  }

  /// The path to ask for: with `-L` that of what a link leads to.
  private func resolved(_ container: String, _ path: String) async throws -> CopyPath {
    let path = CopyPath(path).absolute
    guard followsLinks, let target = try await status(container, path)?.linkTarget else { return path }
    return path.following(target)
  }

  private func download(_ container: String, _ path: String) async throws -> EngineAnswer {
    try await invocation.engine.answer(
      .get, invocation.path("containers", container, "/archive"), [("path", path)])
  }

  /// What is at a path; `nil` when nothing is.
  private func status(_ container: String, _ path: CopyPath) async throws -> PathStatus? {
    do {
      return PathStatus(
        try await invocation.engine.answer(
          .head, invocation.path("containers", container, "/archive"), [("path", path.text)]))
    } catch let refusal as EngineRefusal where refusal.status == 404 {
      return nil
    }
  }

  private static func absolute(_ path: CopyPath) -> String {
    path.text.hasPrefix("/") ? path.text : VolumeSpecification.absolute("./\(path.text)", Invocation.workingDirectory)
  }

  // MARK: Into a container

  private func send(_ source: CopyPath, _ container: String, _ path: String) async throws {
    var target = CopyPath(path).absolute
    var there = try await status(container, target)
    if let link = there?.linkTarget {
      target = target.following(link)
      there = try await status(container, target)
    }
    var status = stat()
    guard (followsLinks ? stat(source.text, &status) : lstat(source.text, &status)) == 0 else {
      throw CommandFailure("lstat \(Self.absolute(source)): \(String(cString: strerror(errno)).lowercased())")
    }
    let placement = try CopyPlacement(
      target: target, targetIsFolder: there?.isFolder, sourceName: Self.name(source),
      sourceIsFolder: status.st_mode & S_IFMT == S_IFDIR, sourceMeansContent: source.meansContent)
    let packing = TreePacking(path: source.text, name: placement.name ?? "", followsLink: followsLinks)
    try await upload(
      container, placement.folder, packing, verb: "Copying to container", shown: "\(container):\(path)")
  }

  /// The last name of a path of this host; that of the folder itself for `..`.
  private static func name(_ path: CopyPath) -> String {
    guard path.name == ".." || path.name.isEmpty, let real = realpath(path.text, nil) else { return path.name }
    defer { free(real) }
    return CopyPath(String(cString: real)).name
  }

  /// - Parameter shown: what is said to be copied to at the end; empty: nothing is said.
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

  private func finish(_ counted: CountedChunks, to place: String) {
    counted.clear()
    guard !isQuiet else { return }
    invocation.complain("Successfully copied \(HumanText.size(counted.bytes)) to \(place)")
  }
}
