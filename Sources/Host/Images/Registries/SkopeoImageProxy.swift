import Hashing
import EngineModel
import Glibc
import Kernel

/// A skopeo process that serves single blobs of one image (`skopeo experimental-image-proxy`), so that the engine
/// downloads only missing blobs and sees their progress.
///
/// Calls block a thread of its own, not the caller.
final class SkopeoImageProxy: Sendable {
  private let child: ChildProcess
  private let channel: SeqpacketSocket
  private let thread: SerialThread
  private let reference: ImageReference

  /// The handle that ``open()`` returns.
  struct Image: Sendable {
    fileprivate let number: Int64
  }

  private init(_ session: RegistrySession, _ reference: ImageReference) throws {
    let (ours, theirs) = try SeqpacketSocket.pair()
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

  /// Starts a process, runs the body with it, and always ends it. Cancellation kills it at once.
  ///
  /// - Parameter reference: with the digest of a manifest, not of an index.
  static func with<Result: Sendable>(
    _ session: RegistrySession, _ reference: ImageReference,
    _ body: (SkopeoImageProxy, Image) async throws -> Result
  ) async throws -> Result {
    let proxy = try SkopeoImageProxy(session, reference)
    let result: Swift.Result<Result, any Error>
    do {
      result = .success(
        try await withTaskCancellationHandler {
          try Task.checkCancellation()
          return try await body(proxy, try await proxy.open())
        } onCancel: {
          proxy.kill()
        })
    } catch {
      result = .failure(Task.isCancelled ? CancellationError() : error)
    }
    proxy.kill()
    _ = try await proxy.child.exit()
    return try result.get()
  }

  private func kill() { try? child.signal(SIGKILL) }

  private func open() async throws -> Image {
    try await thread.run { [self] in
      _ = try call("Initialize", [])
      let opened = try call("OpenImage", [.text(RegistrySession.address(reference))]).reply
      guard let number = opened.number else { throw EngineError(.system, "skopeo did not say which image it opened") }
      return Image(number: number)
    }
  }

  /// Downloads a blob to a file and verifies its digest.
  ///
  /// - Parameter progress: receives the size of each chunk, on another thread.
  func fetch(
    _ blob: OCIDescriptor, of image: Image, to path: String, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws {
    try await thread.run { [self] in
      let (reply, pipe) = try call(
        "GetBlob", [.number(image.number), .text(blob.digest.description), .number(blob.size)])
      guard let pipe else { throw EngineError(.system, "skopeo gave no pipe for \(blob.digest)") }
      // The proxy closes the pipe only after `FinishPipe`. The reply to it contains a transfer error.
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
      if count == 0 { return hash.finishDigest() }
      size += Int64(count)
      guard size <= limit else { throw EngineError(.system, "a layer is larger than its manifest says") }
      let chunk = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      hash.update(chunk)
      try file.writeAll(chunk)
      progress(count)
    }
  }

  // MARK: Packets

  private func send(_ method: String, _ arguments: [ProxyRequest.Argument]) throws {
    do {
      try channel.send(try CanonicalJSON.encode(ProxyRequest(method: method, args: arguments)))
    } catch let error as SystemCallError where error.errno == EPIPE {
      throw Self.endedUnexpectedly
    }
  }

  private func receive() throws -> (reply: ProxyReply, pipe: OwnedDescriptor?) {
    let (bytes, file) = try channel.receive()
    guard !bytes.isEmpty else { throw Self.endedUnexpectedly }
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

  private static let endedUnexpectedly = EngineError(.system, "skopeo ended unexpectedly")
}
