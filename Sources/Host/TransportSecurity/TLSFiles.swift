/// The PEM files by which one side of a connection proves itself and knows the other.
public struct TLSFiles: Sendable, Hashable {
  /// The authorities that must have signed the other side's certificate; `nil`: a server asks for none, a client takes
  /// those that the system trusts.
  public var authority: String?
  /// One's own certificate, followed by those between it and its authority.
  public var certificate: String?
  /// The key of ``certificate``, without a password.
  public var key: String?

  public init(authority: String? = nil, certificate: String? = nil, key: String? = nil) {
    self.authority = authority
    self.certificate = certificate
    self.key = key
  }
}
