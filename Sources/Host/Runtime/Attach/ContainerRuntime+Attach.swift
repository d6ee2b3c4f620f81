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
    let io = try attach(bundle, stdin: stdin)
    if !SmallFile.exists(bundle.started) { state.withLock { $0.earlyAttachments[id, default: 0] += 1 } }
    return io
  }

  func attach(_ bundle: RuntimeLayout.Bundle, stdin: Bool) throws -> AttachedIO {
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
      return try AttachedIO.connect(bundle, keepOpen: keepOpen)
    } catch {
      guard error.errno == ENOENT || error.errno == ECONNREFUSED else { throw error }
      throw EngineError(.conflict, "container \(bundle.id) is not running", cause: error)
    }
  }

  /// Waits until conmon has accepted every attachment that was made before the start.
  ///
  /// conmon accepts one connection in each iteration of its event loop, and reads output after that in the same
  /// iteration. So with several attachments, the later ones could miss the first output. conmon also reads its control
  /// FIFO in the loop: when an unknown command, which it ignores, has disappeared from the FIFO, one more iteration has
  /// passed.
  func awaitEarlyAttachments(_ bundle: RuntimeLayout.Bundle) async throws {
    let count = state.withLock { $0.earlyAttachments.removeValue(forKey: bundle.id) } ?? 0
    guard count > 1 else { return }
    let number = open(bundle.control, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    guard number >= 0 else { return }
    let control = OwnedDescriptor(adopting: number)
    let command = Array("9 0 0\n".utf8)
    for _ in 0..<count {
      guard Glibc.write(control.number, command, command.count) == command.count else { return }
      // At most one second. After that, a late attachment may miss output.
      for _ in 0..<2_000 {
        var waiting: Int32 = 0
        guard linux_ioctl_pointer(control.number, linux_FIONREAD, &waiting) == 0, waiting > 0 else { break }
        try await Task.sleep(for: .microseconds(500))
      }
    }
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
