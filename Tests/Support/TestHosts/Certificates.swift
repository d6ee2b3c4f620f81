import Kernel

/// Certificates for one test, made with `openssl`: an authority, a server and a client of it, and a client of another
/// authority.
package struct Certificates: Sendable {
  /// Holds `ca.pem`, and of `server`, `client` and `stranger` each `NAME.pem` and `NAME-key.pem`.
  package let folder: String

  /// Those that are there.
  package init(folder: String) { self.folder = folder }

  /// - Parameter serverNames: as `openssl` writes them in a certificate: `IP:192.0.2.1,DNS:engine.test`.
  package static func make(in folder: String, serverNames: String) async throws -> Certificates {
    let script = """
      set -e
      mkdir -p "$1" && cd "$1"
      key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
      authority() { openssl req -x509 $key -keyout $1-key.pem -out $1.pem -subj "/CN=test $1"; }
      signed() {
        openssl req $key -keyout $1-key.pem -out $1.csr -subj "/CN=$1"
        printf "$3" >$1.ext
        openssl x509 -req -days 2 -in $1.csr -CA $2.pem -CAkey $2-key.pem -CAcreateserial -extfile $1.ext -out $1.pem
      }
      authority ca; authority other
      signed server ca "subjectAltName=$2\\nextendedKeyUsage=serverAuth\\n"
      signed client ca "extendedKeyUsage=clientAuth\\n"
      signed stranger other "extendedKeyUsage=clientAuth\\n"
      """
    _ = try await Tool("bash").run(["-c", script, "certificates", folder, serverNames])
      .requireSuccess("making certificates")
    return Certificates(folder: folder)
  }

  package func path(_ name: String) -> String { "\(folder)/\(name).pem" }

  /// Flags of the engine that make its TCP ports ask for a certificate of the authority.
  package var engineFlags: [String] {
    ["--tlsverify", "--tlscacert", path("ca"), "--tlscert", path("server"), "--tlskey", path("server-key")]
  }

  /// Flags of the docker command with which it shows the certificate of that name.
  package func dockerFlags(_ name: String = "client") -> [String] {
    ["--tlsverify", "--tlscacert", path("ca"), "--tlscert", path(name), "--tlskey", path("\(name)-key")]
  }

  /// The same for curl.
  package func curlFlags(_ name: String = "client") -> [String] {
    ["-s", "-m", "10", "--cacert", path("ca"), "--cert", path(name), "--key", path("\(name)-key")]
  }
}
