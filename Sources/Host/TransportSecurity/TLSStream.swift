internal import NIOCore

/// The client's side of TLS without I/O: the caller moves the bytes between this and its socket. Not thread-safe.
package final class TLSStream {
  private let session: TLSSession
  private let allocator = ByteBufferAllocator()

  /// - Parameter serverName: the server, a name or an address; its certificate must match.
  package init(_ context: TLSContext, serverName: String) throws(TLSError) {
    session = try TLSSession(context, serverName: serverName)
  }

  /// Continues the handshake with the input so far. There may be output afterwards.
  ///
  /// - Returns: whether the handshake is complete.
  package func shakeHands() throws(TLSError) -> Bool {
    switch session.handshake() {
    case .complete: true
    case .incomplete: false
    case .failed(let fault): throw fault
    }
  }

  /// Feeds bytes from the peer.
  package func feed(_ bytes: some Collection<UInt8>) { session.feed(ByteBuffer(bytes: bytes)) }

  /// The plaintext so far; `nil` after the peer's close_notify.
  package func read() throws(TLSError) -> [UInt8]? {
    switch session.read(allocator) {
    case .bytes(let buffer): Array(buffer.readableBytesView)
    case .nothing: []
    case .ended: nil
    case .failed(let fault): throw fault
    }
  }

  /// Encrypts bytes; they are part of the output afterwards.
  package func write(_ bytes: [UInt8]) throws(TLSError) { try session.write(ByteBuffer(bytes: bytes)) }

  /// The bytes to send.
  package func takeOutput() -> [UInt8] {
    session.takeOutput(allocator).map { Array($0.readableBytesView) } ?? []
  }
}
