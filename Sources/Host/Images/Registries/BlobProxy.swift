import EngineModel
import Glibc
import Kernel

/// A skopeo that gives single blobs of one image (`skopeo experimental-image-proxy`): so only what is missing is
/// fetched, and every byte is seen as it comes.
///
/// The registry's side of one image at a time; ``close()`` ends the process. Its calls block a thread of its own, not
/// the caller's.
final class BlobProxy: Sendable {
  private let child: ChildProcess
  private let channel: PacketChannel
  private let thread: SerialThread
  private let reference: ImageReference

  /// What ``open(_:)`` gave.
  struct Image: Sendable {
    fileprivate let number: Int64
  }

  private init(_ session: RegistrySession, _ reference: ImageReference) throws {
    let (ours, theirs) = try PacketChannel.pair()
    channel = ours
    self.reference = reference
    thread = try SerialThread("blobs")
    child = try ChildProcess(
      ChildProcess.Specification(
        path: session.tool.path,
        arguments: [session.tool.path] + session.arguments("experimental-image-proxy", ["--sockfd", "3"]),
        descriptors: [3: theirs.socket.number], newSession: true))
    withExtendedLifetime(theirs) {}
  }

  /// Starts one, does the body with it, and ends it, whatever becomes of the body. Cancelling ends it at once.
  ///
  /// - Parameter reference: with the digest of a manifest, not of an index.
  static func with<Result: Sendable>(
    _ session: RegistrySession, _ reference: ImageReference,
    _ body: (BlobProxy, Image) async throws -> Result
  ) async throws -> Result {
    let proxy = try BlobProxy(session, reference)
    let outcome: Swift.Result<Result, any Error>
    do {
      outcome = .success(
        try await withTaskCancellationHandler {
          try Task.checkCancellation()
          return try await body(proxy, try await proxy.open())
        } onCancel: {
          proxy.end()
        })
    } catch {
      outcome = .failure(Task.isCancelled ? CancellationError() : error)
    }
    proxy.end()
    _ = try await proxy.child.exit()
    return try outcome.get()
  }

  private func end() { try? child.signal(SIGKILL) }

  private func open() async throws -> Image {
    try await thread.run { [self] in
      _ = try call("Initialize", [])
      let opened = try call("OpenImage", [.text(RegistrySession.address(reference))]).reply
      guard let number = opened.number else { throw EngineError(.system, "skopeo did not say which image it opened") }
      return Image(number: number)
    }
  }

  /// Fetches a blob into a file and makes sure that it is what its digest says.
  ///
  /// - Parameter progress: is told of each piece's size, on another thread.
  func fetch(
    _ blob: OCIDescriptor, of image: Image, to path: String, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws {
    try await thread.run { [self] in
      let (reply, pipe) = try call(
        "GetBlob", [.number(image.number), .text(blob.digest.description), .number(blob.size)])
      guard let pipe else { throw EngineError(.system, "skopeo gave no pipe for \(blob.digest)") }
      // The pipe ends once its end is asked for; what went wrong on the way is in the answer to that.
      try send("FinishPipe", [.number(reply.pipeid)])
      let file = try OwnedDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
      let digest = try copy(pipe, to: file, limit: blob.size, progress)
      _ = try receive()
      guard digest == blob.digest else {
        throw EngineError(.system, "filesystem layer verification failed for digest \(blob.digest)")
      }
    }
  }

  private func copy(
    _ pipe: OwnedDescriptor, to file: OwnedDescriptor, limit: Int64, _ progress: (Int) -> Void
  ) throws -> Digest {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    let hash = SHA256()
    var size: Int64 = 0
    while true {
      let count = try checkedCount("read") { read(pipe.number, buffer.baseAddress, buffer.count) }
      if count == 0 { return hash.finish() }
      size += Int64(count)
      guard size <= limit else { throw EngineError(.system, "a layer is larger than its manifest says") }
      let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      hash.update(piece)
      try file.writeAll(piece)
      progress(count)
    }
  }

  // MARK: Packets

  private func send(_ method: String, _ arguments: [ProxyRequest.Argument]) throws {
    do {
      try channel.send(try CanonicalJSON.encode(ProxyRequest(method: method, args: arguments)))
    } catch let error as SystemCallError where error.errno == EPIPE {
      throw Self.gone
    }
  }

  private func receive() throws -> (reply: ProxyReply, pipe: OwnedDescriptor?) {
    let (bytes, file) = try channel.receive()
    guard !bytes.isEmpty else { throw Self.gone }
    let reply = try CanonicalJSON.decode(ProxyReply.self, bytes, "answer of skopeo")
    guard reply.success else { throw RegistryError.error(reply.error, reference) }
    return (reply, file)
  }

  private func call(
    _ method: String, _ arguments: [ProxyRequest.Argument]
  ) throws -> (reply: ProxyReply, pipe: OwnedDescriptor?) {
    try send(method, arguments)
    return try receive()
  }

  private static let gone = EngineError(.system, "skopeo ended in the midst of its work")
}
