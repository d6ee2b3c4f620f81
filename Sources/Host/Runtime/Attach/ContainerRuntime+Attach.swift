import CLinux
import EngineModel
import Glibc
import Kernel
import Synchronization

extension ContainerRuntime {
  /// Attaches to a created or running container. An attachment before ``start(_:)`` gets all output.
  ///
  /// - Parameter stdin: whether this attachment may write. Closing one that may not leaves the input open.
  /// - Throws: `conflict` if the container is not running.
  package func attach(_ id: String, stdin: Bool = false) throws -> AttachedIO {
    let bundle = layout.bundle(id)
    let io = try attach(bundle, of: id, stdin: stdin)
    if let process = Self.processDescriptor(bundle) { io.releaseWriter(after: process) }
    if !SmallFile.exists(bundle.started) { state.withLock { $0.earlyAttachments[id, default: 0] += 1 } }
    return io
  }

  /// - Parameter container: the container of the process, which may be an exec.
  func attach(_ bundle: RuntimeLayout.Bundle, of container: String, stdin: Bool) throws -> AttachedIO {
    var keepOpen: (@Sendable (OwnedDescriptor) -> Void)?
    if !stdin, SmallFile.exists(bundle.stdinOnce) {
      keepOpen = { [weak self] descriptor in
        self?.state.withLock { state in
          // The exit of the container releases them, so keep them only while that is awaited.
          if state.exitWatches[bundle.id] != nil { state.heldSockets[bundle.id, default: []].append(descriptor) }
        }
      }
    }
    do {
      let io = try AttachedIO.connect(bundle, keepOpen: keepOpen)
      state.withLock { state in
        state.attachments[container, default: []].removeAll { $0.io == nil }
        state.attachments[container, default: []].append(Attachment(io: io))
      }
      return io
    } catch {
      guard error.errno == ENOENT || error.errno == ECONNREFUSED else { throw error }
      throw EngineError(.conflict, "container \(bundle.id) is not running", cause: error)
    }
  }

  /// Someone asked for the container's end: from now on no client of it or of its execs holds up what it writes.
  package func releaseOutput(_ id: String) {
    for attachment in state.withLock({ $0.attachments[id] ?? [] }) { attachment.io?.releaseWriter() }
  }

  /// Waits until conmon has accepted every attachment that was made before the start.
  ///
  /// conmon accepts one connection in each iteration of its event loop, and reads output after that in the same
  /// iteration. So with several attachments, the later ones could miss the first output.
  func awaitEarlyAttachments(_ bundle: RuntimeLayout.Bundle) async throws {
    let count = state.withLock { $0.earlyAttachments.removeValue(forKey: bundle.id) } ?? 0
    guard count > 1, let loop = MonitorLoop(bundle) else { return }
    for _ in 0..<count { try await loop.pass() }
  }

  /// Sets the size of a container's terminal in characters. conmon allows at most 1000 in each direction.
  package func resize(_ id: String, height: Int, width: Int) throws {
    try resize(layout.bundle(id), height: height, width: width)
  }

  func resize(_ bundle: RuntimeLayout.Bundle, height: Int, width: Int) throws {
    guard height >= 0, width >= 0 else {
      throw EngineError(.invalidParameter, "invalid terminal size: \(height)x\(width)")
    }
    // With O_NONBLOCK, open(2) fails if conmon does not read the FIFO.
    let number = open(bundle.control, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
    guard number >= 0 else {
      throw EngineError(
        .conflict, "cannot resize a stopped container: \(bundle.id)",
        cause: SystemCallError.last("open", bundle.control))
    }
    let control = OwnedDescriptor(adopting: number)
    let line = Array("1 \(min(height, 1000)) \(min(width, 1000))\n".utf8)
    guard Glibc.write(control.number, line, line.count) == line.count else {
      throw SystemCallError.last("write", bundle.control)
    }
  }
}
