internal import NIOCore

/// The client's side of TLS over a connection that its user reads and writes himself, a thread at a time: bytes in, bytes
/// out, nothing is sent from here.
public final class TLSStream {
  private let session: TLSSession
  private let allocator = ByteBufferAllocator()

  /// - Parameter serverName: whom to reach, a name or an address; the certificate must be for it.
  public init(_ context: TLSContext, serverName: String) throws(TLSError) {
    session = try TLSSession(context, serverName: serverName)
  }

  /// Goes on with the handshake as far as it can; there may be output afterwards.
  ///
  /// - Returns: whether it is over.
  public func shakeHands() throws(TLSError) -> Bool {
    switch session.handshake() {
    case .complete: true
    case .incomplete: false
    case .failed(let fault): throw fault
    }
  }

  /// Takes what came from the other side.
  public func feed(_ bytes: some Collection<UInt8>) { session.feed(ByteBuffer(bytes: bytes)) }

  /// What the other side said, as far as it has come; `nil` when it has said that it is done.
  public func read() throws(TLSError) -> [UInt8]? {
    switch session.read(allocator) {
    case .bytes(let buffer): Array(buffer.readableBytesView)
    case .nothing: []
    case .ended: nil
    case .failed(let fault): throw fault
    }
  }

  /// Says something; it is part of the output afterwards.
  public func write(_ bytes: [UInt8]) throws(TLSError) { try session.write(ByteBuffer(bytes: bytes)) }

  /// What is to be sent.
  public func takeOutput() -> [UInt8] {
    session.takeOutput(allocator).map { Array($0.readableBytesView) } ?? []
  }
}
