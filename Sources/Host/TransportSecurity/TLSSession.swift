internal import COpenSSL
internal import NIOCore

/// One connection's TLS, without the connection: ciphertext goes in and out through buffers. For one thread.
final class TLSSession {
  enum Handshake {
    case incomplete, complete
    case failed(TLSError)
  }

  enum Reading {
    case bytes(ByteBuffer)
    /// More ciphertext is needed.
    case nothing
    /// The other side has said that it sends no more.
    case ended
    case failed(TLSError)
  }

  private let connection: OpaquePointer
  private let input: OpaquePointer
  private let output: OpaquePointer
  // It outlives what was made from it.
  private let context: TLSContext
  /// The largest piece that one record holds (RFC 8446, 5.1).
  private static let recordBytes = 16384

  /// - Parameter serverName: whom a client wants to reach: a name, or an address.
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
      // An address is not sent as a name (RFC 6066, 3), and is looked for elsewhere in the certificate.
      if verifies, X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), serverName) == 1 { break }
      _ = causeway_ssl_set_server_name(connection, serverName)
      if verifies { SSL_set1_host(connection, serverName) }
    }
  }

  deinit { SSL_free(connection) }

  /// Takes ciphertext from the other side.
  func feed(_ buffer: ByteBuffer) {
    buffer.withUnsafeReadableBytes { bytes in
      // A memory BIO takes all it is given.
      _ = BIO_write(input, bytes.baseAddress, Int32(clamping: bytes.count))
    }
  }

  /// Goes on with the handshake as far as it can with what is there.
  func handshake() -> Handshake {
    ERR_clear_error()
    let result = SSL_do_handshake(connection)
    guard result != 1 else { return .complete }
    switch SSL_get_error(connection, result) {
    case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .incomplete
    default: return .failed(TLSError.ofConnection(connection))
    }
  }

  /// All the plaintext that can be had now.
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
      // Plaintext comes first; what else there is to say comes again at the next call.
      guard plain.readableBytes == 0 else { return .bytes(plain) }
      switch SSL_get_error(connection, result) {
      case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .nothing
      case SSL_ERROR_ZERO_RETURN: return .ended
      default: return .failed(TLSError.ofConnection(connection))
      }
    }
  }

  /// Encrypts; the ciphertext is had by ``takeOutput(_:)``.
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

  /// Says that nothing more will be sent (close_notify).
  func endOutput() {
    ERR_clear_error()
    _ = SSL_shutdown(connection)
    ERR_clear_error()
  }

  /// The ciphertext that is to go to the other side; `nil` when there is none.
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
