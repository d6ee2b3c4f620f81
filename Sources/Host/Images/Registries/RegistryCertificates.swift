import EngineModel
import Glibc
import Kernel

/// The files in `/etc/docker/certs.d/REGISTRY`: CA certificates in `*.crt`; a client certificate in `*.cert` with its
/// key in `*.key`.
struct RegistryCertificates: Sendable {
  private let authorities: [String]
  let clientCertificate: (certificate: String, key: String)?

  private static let systemBundle = "/etc/ssl/certs/ca-certificates.crt"

  init(of domain: String) {
    let folder = "/etc/docker/certs.d/\(domain)"
    // Without readable certificates, TLS verification fails later with a clear error.
    let names = (try? SandboxDirectory(folder).list()) ?? []
    authorities = names.filter { $0.hasSuffix(".crt") }.map { "\(folder)/\($0)" }
    clientCertificate = names.first { $0.hasSuffix(".cert") && names.contains("\($0.dropLast(5)).key") }.map {
      ("\(folder)/\($0)", "\(folder)/\($0.dropLast(5)).key")
    }
  }

  /// One file with these CA certificates and the system's; `nil`: use only the system's.
  func bundle(in folder: String) throws -> String? {
    guard !authorities.isEmpty else { return nil }
    var bytes: [UInt8] = []
    for path in authorities + [Self.systemBundle] where access(path, R_OK) == 0 {
      bytes += try AtomicFile.read(path, limit: 16 << 20) + [UInt8(ascii: "\n")]
    }
    let path = "\(folder)/authorities.pem"
    try AtomicFile.write(path, bytes, isDurable: false)
    return path
  }
}
