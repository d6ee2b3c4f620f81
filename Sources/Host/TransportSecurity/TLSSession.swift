internal import COpenSSL
internal import NIOCore

/// The TLS state of one connection, without the socket: ciphertext passes through buffers. Not thread-safe.
final class TLSSession {
  enum Handshake {
    case incomplete, complete
    case failed(TLSError)
  }

  enum Reading {
    case bytes(ByteBuffer)
    /// More ciphertext is needed.
    case nothing
    /// The peer sent close_notify.
    case ended
    case failed(TLSError)
  }

  private let connection: OpaquePointer
  private let input: OpaquePointer
  private let output: OpaquePointer
  // Keeps the SSL_CTX alive as long as the SSL.
  private let context: TLSContext
  /// The largest payload of one record (RFC 8446, 5.1).
  private static let recordBytes = 16384

  /// - Parameter serverName: the server that a client connects to: a name or an address.
  init(_ context: TLSContext, serverName: String?) throws(TLSError) {
    ERR_clear_error()
    guard let connection = SSL_new(context.pointer) else { throw TLSError.ofLibrary() }
    guard let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem()) else {
      SSL_free(connection)
      throw TLSError.ofLibrary()
    }
    SSL_set_bio(connection, input, output)
    (self.connection, self.input, self.output, self.context) = (connection, input, output, context)
    switch context.role {
    case .server: SSL_set_accept_state(connection)
    case .client(let verifies):
      SSL_set_connect_state(connection)
      guard let serverName else { break }
      // An address is not sent as a server name (RFC 6066, 3), and another field of the certificate holds it.
      if verifies, X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), serverName) == 1 { break }
      _ = causeway_ssl_set_server_name(connection, serverName)
      if verifies { SSL_set1_host(connection, serverName) }
    }
  }

  deinit { SSL_free(connection) }

  /// Feeds ciphertext from the peer.
  func feed(_ buffer: ByteBuffer) {
    buffer.withUnsafeReadableBytes { bytes in
      // A memory BIO accepts every write.
      _ = BIO_write(input, bytes.baseAddress, Int32(clamping: bytes.count))
    }
  }

  /// Continues the handshake with the input so far.
  func handshake() -> Handshake {
    ERR_clear_error()
    let result = SSL_do_handshake(connection)
    guard result != 1 else { return .complete }
    switch SSL_get_error(connection, result) {
    case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .incomplete
    default: return .failed(TLSError.ofConnection(connection))
    }
  }

  /// All plaintext that the input so far yields.
  func read(_ allocator: ByteBufferAllocator) -> Reading {
    var plain = allocator.buffer(capacity: Self.recordBytes)
    while true {
      ERR_clear_error()
      var result: Int32 = 0
      _ = plain.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.recordBytes) { bytes in
        result = SSL_read(connection, bytes.baseAddress, Int32(clamping: bytes.count))
        return max(0, Int(result))
      }
      if result > 0 { continue }
      // Return plaintext first; the next call reports the rest.
      guard plain.readableBytes == 0 else { return .bytes(plain) }
      switch SSL_get_error(connection, result) {
      case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .nothing
      case SSL_ERROR_ZERO_RETURN: return .ended
      default: return .failed(TLSError.ofConnection(connection))
      }
    }
  }

  /// Encrypts; ``takeOutput(_:)`` returns the ciphertext.
  func write(_ buffer: ByteBuffer) throws(TLSError) {
    var rest = buffer
    while rest.readableBytes > 0 {
      ERR_clear_error()
      let result = rest.withUnsafeReadableBytes { bytes in
        SSL_write(connection, bytes.baseAddress, Int32(clamping: min(bytes.count, 1 << 20)))
      }
      guard result > 0 else { throw TLSError.ofConnection(connection) }
      rest.moveReaderIndex(forwardBy: Int(result))
    }
  }

  /// Queues close_notify: this side sends no more.
  func endOutput() {
    ERR_clear_error()
    _ = SSL_shutdown(connection)
    ERR_clear_error()
  }

  /// The ciphertext to send; `nil` when there is none.
  func takeOutput(_ allocator: ByteBufferAllocator) -> ByteBuffer? {
    let count = BIO_ctrl_pending(output)
    guard count > 0 else { return nil }
    var buffer = allocator.buffer(capacity: count)
    _ = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
      max(0, Int(BIO_read(output, bytes.baseAddress, Int32(clamping: count))))
    }
    return buffer
  }
}
