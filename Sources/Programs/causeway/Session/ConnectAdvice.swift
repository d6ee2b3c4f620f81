import CLinux
import EngineAPI
import EngineClient
import Glibc

/// The message for a failed connection: what is wrong, and what to do.
struct ConnectAdvice {
  let error: EngineConnectError

  init(_ error: EngineConnectError) { self.error = error }

  var text: String {
    switch error.reason {
    case .denied: "\(error)\n\(permission)"
    case .absent, .refused, .unknownHost, .unanswered, .other: unreachable
    case .broken: "\(error)"
    case .insecure: "\(error)\n\(security)"
    }
  }

  private var unreachable: String {
    switch error.host {
    case .unix(let path) where path.split(separator: "/").last == "docker.sock":
      return "\(error)\nStart it with 'sudo systemctl start docker', or name another engine with -H or DOCKER_HOST."
    case .unix:
      let isStandard = error.host == EngineChoice.defaultHost
      let start =
        isStandard && LocalFile.exists("/run/systemd/system")
        ? "sudo systemctl start causeway" : "sudo causewayd\(isStandard ? "" : " -H \(error.host)")"
      return "Cannot connect to the Causeway engine at \(error.host). Is causewayd running?\n"
        + "Start it with '\(start)', or name another engine with -H, --context or DOCKER_HOST."
    case .tcp(let host, _):
      let why: String =
        switch error.reason {
        case .unknownHost: "The name \(host) does not resolve: check -H, DOCKER_HOST or 'causeway context inspect'."
        case .refused:
          "No program listens on this port: check the port, and that the engine was started with -H \(error.host)."
        default: "No answer: check the address, and the firewalls between this host and the engine."
        }
      return "\(error)\n\(why)"
    }
  }

  private var security: String {
    let why = "\(error.cause)"
    if why.contains("wrong version number") {
      return "The engine does not use TLS: leave out --tls and --tlsverify, and unset DOCKER_TLS_VERIFY."
    }
    if why.contains("certificate required") || why.contains("handshake failure") {
      return "The engine requires a client certificate: set it with --tlscert and --tlskey, or DOCKER_CERT_PATH."
    }
    return "Check that --tlscacert (or ca.pem in DOCKER_CERT_PATH) is the CA that signed the engine's certificate."
  }

  /// Who may use the socket, by its group.
  private var permission: String {
    guard case .unix(let path) = error.host else { return "" }
    var status = stat()
    guard stat(path, &status) == 0 else {
      return "You may not open the folder of \(path). Try again with sudo."
    }
    let group = getgrgid(status.st_gid).map { String(cString: $0.pointee.gr_name) } ?? String(status.st_gid)
    guard status.st_gid != 0, status.st_mode & S_IWGRP != 0 else {
      return "Only root may use \(path). Try again with sudo."
    }
    return
      "\(path) belongs to the group \(group.quoted): join it with 'sudo usermod -aG \(group) $USER' and log in again, "
      + "or try again with sudo."
  }
}
