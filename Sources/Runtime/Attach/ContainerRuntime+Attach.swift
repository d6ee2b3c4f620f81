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
    try attach(layout.bundle(id), stdin: stdin)
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
