/// The PEM files of one side of a connection.
package struct TLSFiles: Sendable, Hashable {
  /// The authorities that must have signed the peer's certificate; `nil`: a server requests no certificate, a client
  /// trusts the system's authorities.
  package var authority: String?
  /// The own certificate, followed by the intermediate certificates.
  package var certificate: String?
  /// The private key of ``certificate``, not encrypted.
  package var key: String?

  package init(authority: String? = nil, certificate: String? = nil, key: String? = nil) {
    self.authority = authority
    self.certificate = certificate
    self.key = key
  }
}
