import CLinux
import EngineModel
import Glibc
import Kernel
import Synchronization

extension ContainerRuntime {
  /// Attaches to a container that is created or runs. Made before ``start(_:)``, no output is missed.
  ///
  /// - Parameter stdin: whether this attachment may write; closing one that may not leaves the input open.
  /// - Throws: `conflict` when the container does not run.
  public func attach(_ id: String, stdin: Bool = false) throws -> AttachedIO {
    let bundle = layout.bundle(id)
    let io = try attach(bundle, stdin: stdin)
    if !SmallFile.exists(bundle.started) { state.withLock { $0.early[id, default: 0] += 1 } }
    return io
  }

  func attach(_ bundle: RuntimeLayout.Bundle, stdin: Bool) throws -> AttachedIO {
    var park: (@Sendable (OwnedDescriptor) -> Void)?
    if !stdin, SmallFile.exists(bundle.inputIsOnce) {
      park = { [weak self] descriptor in
        self?.state.withLock { state in
          // Only while the end is waited for: that is when they are let go.
          if state.watches[bundle.id] != nil { state.parked[bundle.id, default: []].append(descriptor) }
        }
      }
    }
    do {
      return try AttachedIO.connect(bundle, park: park)
    } catch {
      guard error.errno == ENOENT || error.errno == ECONNREFUSED else { throw error }
      throw EngineError(.conflict, "container \(bundle.id) is not running", cause: error)
    }
  }

  /// Returns when conmon has taken in all that attached before the start.
  ///
  /// conmon takes in one connection in each round of its loop, and looks at output in the same round, after that: with
  /// one attachment nothing can be missed, with more the later ones could miss the first lines. A word on the control
  /// FIFO, one that conmon does not know and passes over, is read in such a round, too: it is gone when the round was.
  func settleAttachments(_ bundle: RuntimeLayout.Bundle) async throws {
    let count = state.withLock { $0.early.removeValue(forKey: bundle.id) } ?? 0
    guard count > 1 else { return }
    let number = open(bundle.control, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    guard number >= 0 else { return }
    let control = OwnedDescriptor(adopting: number)
    let word = Array("9 0 0\n".utf8)
    for _ in 0..<count {
      guard Glibc.write(control.number, word, word.count) == word.count else { return }
      // A second at most: without it a start is merely not worse than it would have been.
      for _ in 0..<2_000 {
        var waiting: Int32 = 0
        guard linux_ioctl_pointer(control.number, linux_FIONREAD, &waiting) == 0, waiting > 0 else { break }
        try await Task.sleep(for: .microseconds(500))
      }
    }
  }

  /// Sets the size of a container's terminal, in characters. conmon takes no more than 1000 each way.
  public func resize(_ id: String, height: Int, width: Int) throws {
    try resize(layout.bundle(id), height: height, width: width)
  }

  func resize(_ bundle: RuntimeLayout.Bundle, height: Int, width: Int) throws {
    guard height >= 0, width >= 0 else {
      throw EngineError(.invalidParameter, "invalid terminal size: \(height)x\(width)")
    }
    // Opening without waiting fails when conmon is not there to read.
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
