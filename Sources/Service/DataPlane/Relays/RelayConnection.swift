import Glibc
import Kernel

/// A connection to a published port and the connection to the container that carries it.
final class RelayConnection {
  /// Milliseconds for the container to accept the connection.
  private static let connectLimit: UInt64 = 10_000

  private unowned let relays: Relays
  private let client: OwnedDescriptor
  private let target: OwnedDescriptor
  private var clientWatch: EventLoop.Watch?
  private var targetWatch: EventLoop.Watch?
  private var isClosed = false
  private var toTarget = RelayStream()
  private var toClient = RelayStream()
  private var isConnected = false
  private var timer: TimerQueue.Token?
  private let closed: (RelayConnection) -> Void

  init(
    _ relays: Relays, client: OwnedDescriptor, target address: SocketAddress,
    closed: @escaping (RelayConnection) -> Void
  ) throws(SystemCallError) {
    self.relays = relays
    self.client = client
    self.closed = closed
    target = try Sockets.connecting(to: address, Int32(SOCK_STREAM.rawValue))
    try? Sockets.set(client, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    try? Sockets.set(target, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    targetWatch = try relays.loop.add(target.number, Readiness.write, End { [weak self] in self?.targetReady($0) })
    clientWatch = try relays.loop.add(client.number, 0, End { [weak self] in self?.ready($0) })
    timer = relays.loop.schedule(after: Self.connectLimit) { [weak self] in self?.close(resetting: true) }
  }

  /// - Parameter resetting: whether both ends receive a reset.
  func close(resetting: Bool) {
    guard !isClosed else { return }
    isClosed = true
    if let clientWatch { relays.loop.remove(clientWatch) }
    if let targetWatch { relays.loop.remove(targetWatch) }
    clientWatch = nil
    targetWatch = nil
    if let timer { relays.loop.cancel(timer) }
    if resetting {
      Sockets.resetOnClose(client)
      Sockets.resetOnClose(target)
    }
    closed(self)
  }

  private func targetReady(_ events: UInt32) {
    if !isConnected {
      guard Sockets.pendingError(target) == 0 else {
        close(resetting: true)
        return
      }
      isConnected = true
      if let timer { relays.loop.cancel(timer) }
      timer = nil
    }
    ready(events)
  }

  private func ready(_ events: UInt32) {
    if !isConnected {
      // Before the target is connected, the client is watched for errors only: it has disconnected.
      close(resetting: true)
      return
    }
    let results = [
      toTarget.pump(from: client, to: target, buffer: relays.buffer),
      toClient.pump(from: target, to: client, buffer: relays.buffer),
    ]
    if results.contains(where: { if case .failed = $0 { true } else { false } }) {
      close(resetting: true)
    } else if toTarget.isFinished, toClient.isFinished {
      close(resetting: false)
    } else if events & Readiness.error != 0 {
      close(resetting: true)
    } else {
      wait()
    }
  }

  private func wait() {
    Self.wait(relays.loop, &clientWatch, reading: toTarget, writing: toClient)
    Self.wait(relays.loop, &targetWatch, reading: toClient, writing: toTarget)
  }

  /// Sets the events to wait for at one end. An end that is closed in both directions is no longer watched, because
  /// epoll would report its hang-up repeatedly while the other direction is busy.
  private static func wait(
    _ loop: EventLoop, _ watch: inout EventLoop.Watch?, reading: RelayStream, writing: RelayStream
  ) {
    guard let open = watch else { return }
    if reading.sawEnd, writing.isFinished {
      loop.remove(open)
      watch = nil
    } else {
      loop.change(
        open, (reading.wantsToRead ? Readiness.read : 0) | (writing.wantsToWrite ? Readiness.write : 0))
    }
  }

  private final class End: ReadinessHandler {
    private let body: (UInt32) -> Void

    init(_ body: @escaping (UInt32) -> Void) {
      self.body = body
    }

    func ready(_ events: UInt32) { body(events) }
  }
}
