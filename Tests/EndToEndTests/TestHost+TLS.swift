import TestHosts

extension TestHost {
  static let portWithTLS = "tcp://\(TestHost.address):2376"

  /// An engine with a unix socket and a TLS port on a bare host; the first caller starts it.
  static func withTLS() async throws -> (TestHost, Certificates) {
    let host = try TestHost.shared
    let folder = "\(host.folder)/tls"
    if try await host.ping() { return (host, Certificates(folder: folder)) }
    let certificates = try await Certificates.make(in: folder, serverNames: "IP:\(TestHost.address),DNS:engine.test")
    try await host.startEngine(["-H", "tcp://0.0.0.0:2376"] + certificates.engineFlags)
    try await host.loadBusybox()
    return (host, certificates)
  }
}
