import EngineModel
import Glibc
import Kernel

/// Pushes one stored image to a registry with skopeo.
struct ImagePush: Sendable {
  let image: StoredImage
  /// With a tag.
  let reference: ImageReference
  let session: RegistrySession
  let content: ContentStore
  let report: TransferEventHandler

  /// The manifest in the registry after the push.
  struct Outcome: Sendable {
    let digest: Digest
    let size: Int
  }

  /// - Precondition: the image's blobs are leased.
  func run() async throws -> Outcome {
    var progress = PushProgress(image)
    progress.start().forEach(report)
    let thread = try SerialThread("push")
    let child = try await thread.run { try start() }
    while !Task.isCancelled, await !Self.hasEnded(child, within: .milliseconds(100)) {
      guard let (log, positions) = try? await thread.run({ (readLog(), positions(child.pid)) }) else { continue }
      progress.observe(log: log, positions: positions).forEach(report)
    }
    if Task.isCancelled { try? child.signal(SIGKILL) }
    let status = try await child.exit()
    try Task.checkCancellation()
    let log = try await thread.run { readLog() }
    guard status.isSuccess else { throw RegistryError.error(log, reference, .push) }
    progress.finish(log: log).forEach(report)
    return try await outcome(
      try await thread.run {
        String(decoding: try AtomicFile.read("\(session.folder)/digest", limit: 1024), as: UTF8.self)
      })
  }

  /// Waits for the end of a process.
  ///
  /// - Returns: `false` after the time limit or when the task is cancelled.
  private static func hasEnded(_ child: ChildProcess, within limit: Duration) async -> Bool {
    await withTaskGroup(of: Bool?.self) { group in
      group.addTask {
        try? await Task.sleep(for: limit)
        return false
      }
      group.addTask {
        do {
          try await ProcessWatch.end(of: child.pidfd)
          return true
        } catch {
          return nil
        }
      }
      defer { group.cancelAll() }
      for await isOver in group { if let isOver { return isOver } }
      return false
    }
  }

  /// Starts skopeo with the image as a `dir:` source: the manifest, and links to the blobs in the store.
  private func start() throws -> ChildProcess {
    let folder = "\(session.folder)/image"
    try checked("mkdir", folder) { mkdir(folder, 0o700) }
    try AtomicFile.write("\(folder)/version", Array("Directory Transport Version: 1.1\n".utf8), isDurable: false)
    try AtomicFile.write("\(folder)/manifest.json", try content.document(image.manifest.digest), isDurable: false)
    for blob in Set(image.layers.map(\.blob.digest) + [image.id]) {
      let link = "\(folder)/\(blob.hex)"
      try checked("symlink", link) { symlink(content.path(blob), link) }
    }
    let log = try OwnedDescriptor(path: logPath, flags: O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
    let arguments = session.arguments(
      "copy", ["--digestfile", "\(session.folder)/digest", "dir:\(folder)", RegistrySession.address(reference)])
    let child = try ChildProcess(
      ChildProcess.Specification(
        path: session.tool.path, arguments: [session.tool.path, "--debug"] + arguments, descriptors: [2: log.number],
        newSession: true))
    withExtendedLifetime(log) {}
    return child
  }

  private var logPath: String { "\(session.folder)/log" }

  private func readLog() -> String {
    (try? AtomicFile.read(logPath, limit: 64 << 20)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// The file offsets of the image's blobs in a process (proc(5), `fdinfo`).
  private func positions(_ process: Int32) -> [Digest: Int64] {
    guard let folder = try? OwnedDescriptor(path: "/proc/\(process)/fd", flags: O_RDONLY | O_DIRECTORY),
      let names = try? TreeRemoval.names(in: folder.number)
    else { return [:] }
    var positions: [Digest: Int64] = [:]
    var buffer = [UInt8](repeating: 0, count: 4096)
    for name in names {
      let count = buffer.withUnsafeMutableBytes { bytes in
        bytes.withMemoryRebound(to: CChar.self) { text in
          text.baseAddress.map { readlinkat(folder.number, name, $0, text.count) } ?? 0
        }
      }
      guard count > 0 else { continue }
      let target = String(decoding: buffer[..<count], as: UTF8.self)
      guard let digest = Digest(hex: target.suffix(64)),
        let text = try? readFile("/proc/\(process)/fdinfo/\(TreeRemoval.text(name))"),
        let line = text.split(separator: "\n").first(where: { $0.hasPrefix("pos:") })
      else { continue }
      positions[digest] = Int64(line.dropFirst(4).drop(while: { $0 == "\t" || $0 == " " }))
    }
    return positions
  }

  private func outcome(_ text: String) async throws -> Outcome {
    guard let digest = Digest(text.filter { !$0.isWhitespace }) else {
      throw EngineError(.system, "skopeo did not say under which digest it pushed")
    }
    if digest == image.manifest.digest { return Outcome(digest: digest, size: Int(image.manifest.size)) }
    // skopeo compressed uncompressed layers, which changed the manifest.
    let exact = ImageReference(domain: reference.domain, path: reference.path, tag: nil, digest: digest)
    return Outcome(digest: digest, size: try await session.document(exact).bytes.count)
  }
}
