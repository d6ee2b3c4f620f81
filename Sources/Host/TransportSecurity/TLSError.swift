internal import COpenSSL

/// Why a TLS connection failed.
package struct TLSError: Error, Sendable, Hashable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }

  /// OpenSSL's errors of this thread; clears its error queue.
  static func ofLibrary() -> TLSError {
    var texts: [String] = []
    while true {
      let code = ERR_get_error()
      guard code != 0 else { break }
      if let text = ERR_reason_error_string(code) { texts.append(String(cString: text)) }
    }
    return TLSError(texts.isEmpty ? "unknown error" : texts.reversed().joined(separator: ": "))
  }

  /// The same, with the verification error of the peer's certificate.
  static func ofConnection(_ connection: OpaquePointer) -> TLSError {
    let library = ofLibrary()
    let verdict = SSL_get_verify_result(connection)
    guard verdict != Int(X509_V_OK), let text = X509_verify_cert_error_string(verdict) else { return library }
    return TLSError("\(library): \(String(cString: text))")
  }
}
