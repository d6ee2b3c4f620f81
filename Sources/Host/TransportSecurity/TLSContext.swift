internal import COpenSSL
package import EngineModel

/// The configuration shared by all TLS connections of one listener or client: the certificate and the trusted
/// authorities. TLS 1.2 and 1.3; with 1.2 only suites with forward secrecy. No session is resumed, so that every
/// connection presents its certificate.
package final class TLSContext: Sendable {
  enum Role: Sendable {
    case server
    case client(verifies: Bool)
  }

  let role: Role
  // Several threads may use an SSL_CTX after its set-up, which ends with `init` (openssl-threads(7)).
  nonisolated(unsafe) let pointer: OpaquePointer

  /// The configuration of a server. With an authority, the handshake refuses clients without a certificate that the
  /// authority signed.
  ///
  /// - Throws: `invalidParameter` naming the file that is missing, unreadable or unsuitable.
  package static func server(_ files: TLSFiles) throws(EngineError) -> TLSContext {
    guard files.certificate != nil, files.key != nil else {
      throw EngineError(.invalidParameter, "TLS needs a certificate and its key")
    }
    return try TLSContext(.server, files)
  }

  /// The configuration of a client.
  ///
  /// - Parameter verifies: whether the server's certificate must match the requested host.
  /// - Throws: `invalidParameter` naming the file that is missing, unreadable or unsuitable.
  package static func client(_ files: TLSFiles, verifies: Bool) throws(EngineError) -> TLSContext {
    try TLSContext(.client(verifies: verifies), files)
  }

  private init(_ role: Role, _ files: TLSFiles) throws(EngineError) {
    let method =
      switch role {
      case .server: TLS_server_method()
      case .client: TLS_client_method()
      }
    guard let pointer = SSL_CTX_new(method) else { throw Self.failure("cannot set up TLS") }
    self.role = role
    self.pointer = pointer
    causeway_ssl_set_modes(pointer)
    causeway_ssl_refuse_passwords(pointer)
    guard causeway_ssl_require_tls12(pointer) == 1,
      SSL_CTX_set_cipher_list(pointer, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1
    else { throw Self.failure("cannot set up TLS 1.2") }
    try useCertificate(files)
    try trust(files.authority)
  }

  deinit { SSL_CTX_free(pointer) }

  private func useCertificate(_ files: TLSFiles) throws(EngineError) {
    guard let certificate = files.certificate, let key = files.key else {
      guard files.certificate == nil, files.key == nil else {
        throw EngineError(.invalidParameter, "TLS needs a certificate and its key, not one of them")
      }
      return
    }
    ERR_clear_error()
    guard SSL_CTX_use_certificate_chain_file(pointer, certificate) == 1 else {
      throw Self.failure("could not load the TLS certificate \(certificate)")
    }
    guard SSL_CTX_use_PrivateKey_file(pointer, key, SSL_FILETYPE_PEM) == 1 else {
      throw Self.failure("could not load the TLS key \(key)")
    }
    guard SSL_CTX_check_private_key(pointer) == 1 else {
      throw Self.failure("the TLS key \(key) is not that of \(certificate)")
    }
  }

  private func trust(_ authority: String?) throws(EngineError) {
    ERR_clear_error()
    if let authority {
      guard SSL_CTX_load_verify_locations(pointer, authority, nil) == 1 else {
        throw Self.failure("could not read the CA certificate \(authority)")
      }
    }
    switch role {
    case .server:
      guard let authority else { return SSL_CTX_set_verify(pointer, SSL_VERIFY_NONE, nil) }
      SSL_CTX_set_client_CA_list(pointer, SSL_load_client_CA_file(authority))
      SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
    case .client(let verifies):
      if authority == nil { SSL_CTX_set_default_verify_paths(pointer) }
      SSL_CTX_set_verify(pointer, verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
    }
  }

  private static func failure(_ what: String) -> EngineError {
    EngineError(.invalidParameter, what, cause: TLSError.ofLibrary())
  }
}
