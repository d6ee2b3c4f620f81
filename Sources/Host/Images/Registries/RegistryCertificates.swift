import EngineModel
import Glibc
import Kernel

/// What `/etc/docker/certs.d/REGISTRY` holds: authorities in `*.crt`, and a client's certificate in `*.cert` with its key
/// beside it in `*.key`.
struct RegistryCertificates: Sendable {
  private let authorities: [String]
  let pair: (certificate: String, key: String)?

  private static let system = "/etc/ssl/certs/ca-certificates.crt"

  init(of domain: String) {
    let folder = "/etc/docker/certs.d/\(domain)"
    // What cannot be read is as if it were not there: the registry will not be believed then.
    let names = (try? SandboxDirectory(folder).list()) ?? []
    authorities = names.filter { $0.hasSuffix(".crt") }.map { "\(folder)/\($0)" }
    pair = names.first { $0.hasSuffix(".cert") && names.contains("\($0.dropLast(5)).key") }.map {
      ("\(folder)/\($0)", "\(folder)/\($0.dropLast(5)).key")
    }
  }

  /// One file with these authorities and those of the system; `nil`: only the system's count.
  func bundle(in folder: String) throws -> String? {
    guard !authorities.isEmpty else { return nil }
    var bytes: [UInt8] = []
    for path in authorities + [Self.system] where access(path, R_OK) == 0 {
      bytes += try SafeFile.read(path, limit: 16 << 20) + [UInt8(ascii: "\n")]
    }
    let path = "\(folder)/authorities.pem"
    try SafeFile.write(path, bytes, isDurable: false)
    return path
  }
}
