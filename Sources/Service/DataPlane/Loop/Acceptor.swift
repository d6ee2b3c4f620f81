import CLinux
import Glibc
import Kernel

/// Accepts the connections of a listening socket, a few per wake-up.
final class Acceptor: ReadinessHandler {
  private let loop: EventLoop
  private let socket: OwnedDescriptor
  private let accepted: (OwnedDescriptor) -> Void
  private var watch: EventLoop.Watch?

  /// - Parameter socket: a socket that already listens.
  init(
    _ loop: EventLoop, _ socket: OwnedDescriptor, accepted: @escaping (OwnedDescriptor) -> Void
  ) throws(SystemCallError) {
    self.loop = loop
    self.socket = socket
    self.accepted = accepted
    watch = try loop.add(socket.number, Readiness.read, self)
  }

  func close() {
    if let watch { loop.remove(watch) }
    watch = nil
  }

  func ready(_ events: UInt32) {
    for _ in 0..<16 {
      let number = linux_accept4(socket.number, nil, nil, linux_SOCK_CLOEXEC | linux_SOCK_NONBLOCK)
      if number >= 0 {
        accepted(OwnedDescriptor(adopting: number))
        if watch == nil { return }
        continue
      }
      // Without a free descriptor the connection stays queued, and the level-triggered loop would spin.
      if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) { pause() }
      return
    }
  }

  private func pause() {
    guard let watch else { return }
    loop.change(watch, 0)
    loop.schedule(after: 100) { [weak self] in
      guard let self, let watch = self.watch else { return }
      loop.change(watch, Readiness.read)
    }
  }
}
