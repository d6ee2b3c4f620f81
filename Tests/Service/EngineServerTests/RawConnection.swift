import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// A client that sends whatever bytes a test likes and shows what came back.
final class RawConnection: Sendable {
  private let channel: any Channel

  private init(channel: any Channel, recorder: Recorder) {
    self.channel = channel
    self.recorder = recorder
  }

  private let recorder: Recorder

  static func open(_ path: String) async throws -> RawConnection {
    let recorder = Recorder()
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Tap(recorder)) }
      }
    while true {
      do {
        let channel = try await bootstrap.connect(unixDomainSocketPath: path).get()
        return RawConnection(channel: channel, recorder: recorder)
      } catch let error as IOError where error.errnoCode == EAGAIN {
        // So many at once do not fit into the queue of a unix socket.
        try await Task.sleep(for: .milliseconds(1))
      }
    }
  }

  func send(_ text: String) async throws { try await send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) async throws {
    try await channel.writeAndFlush(channel.allocator.buffer(bytes: bytes)).get()
  }

  func closeInput() async throws { try await channel.close(mode: .output).get() }
  func close() async { try? await channel.close().get() }
  func pauseReading() async throws { try await channel.setOption(.autoRead, value: false).get() }
  func resumeReading() async throws {
    try await channel.setOption(.autoRead, value: true).get()
    channel.read()
  }

  var text: String { String(decoding: recorder.state.withLock { $0.bytes }, as: UTF8.self) }
  var count: Int { recorder.state.withLock { $0.bytes.count } }
  var isEnded: Bool { recorder.state.withLock { $0.isEnded } }

  /// Waits until the condition holds or ten seconds are over; the caller then checks what it has.
  func wait(until condition: @Sendable (RawConnection) -> Bool) async {
    for _ in 0..<5000 where !condition(self) { try? await Task.sleep(for: .milliseconds(2)) }
  }

  func wait(for part: String) async -> Bool {
    await wait { $0.text.contains(part) }
    return text.contains(part)
  }

  func waitForEnd() async -> Bool {
    await wait(until: \.isEnded)
    return isEnded
  }

  final class Recorder: Sendable {
    let state = Mutex<(bytes: [UInt8], isEnded: Bool)>(([], false))
  }

  private final class Tap: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    let recorder: Recorder
    init(_ recorder: Recorder) { self.recorder = recorder }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let buffer = unwrapInboundIn(data)
      recorder.state.withLock { $0.bytes += buffer.readableBytesView }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if case ChannelEvent.inputClosed = event { recorder.state.withLock { $0.isEnded = true } }
    }

    func channelInactive(context: ChannelHandlerContext) { recorder.state.withLock { $0.isEnded = true } }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}
