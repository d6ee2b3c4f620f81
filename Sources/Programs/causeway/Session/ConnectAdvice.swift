import CLinux
import EngineClient
import Glibc

/// What a person is told when there is no way to the engine: what is wrong, and what to do.
struct ConnectAdvice {
  let error: EngineConnectError

  init(_ error: EngineConnectError) { self.error = error }

  var text: String {
    switch error.reason {
    case .denied: "\(error)\n\(permission)"
    case .absent, .refused, .unknownHost, .unanswered, .other: notThere
    case .broken: "\(error)"
    case .insecure: "\(error)\n\(security)"
    }
  }

  private var notThere: String {
    switch error.host {
    case .unix(let path) where path.split(separator: "/").last == "docker.sock":
      return "\(error)\nStart it with 'sudo systemctl start docker', or name another engine with -H or DOCKER_HOST."
    case .unix:
      let isStandard = error.host == EngineChoice.causeway
      let start =
        isStandard && SmallFile.exists("/run/systemd/system")
        ? "sudo systemctl start causeway" : "sudo causewayd\(isStandard ? "" : " -H \(error.host)")"
      return "Cannot connect to the Causeway engine at \(error.host). Is causewayd running?\n"
        + "Start it with '\(start)', or name another engine with -H, --context or DOCKER_HOST."
    case .tcp(let host, _):
      let why: String =
        switch error.reason {
        case .unknownHost: "The name \(host) has no address: check -H, DOCKER_HOST or 'causeway context inspect'."
        case .refused: "Nobody listens there: check the port, and that the engine was started with -H \(error.host)."
        default: "Nobody answered: check the address and the firewalls on the way."
        }
      return "\(error)\n\(why)"
    }
  }

  private var security: String {
    let why = "\(error.cause)"
    if why.firstRange(ofText: "wrong version number") != nil {
      return "The engine there does not speak TLS: leave out --tls and --tlsverify, and unset DOCKER_TLS_VERIFY."
    }
    if why.firstRange(ofText: "certificate required") != nil || why.firstRange(ofText: "handshake failure") != nil {
      return "The engine wants a certificate of yours: name it with --tlscert and --tlskey, or DOCKER_CERT_PATH."
    }
    return "Check that --tlscacert (or ca.pem in DOCKER_CERT_PATH) is the authority of the engine's certificate."
  }

  /// Who may, by the socket's group.
  private var permission: String {
    guard case .unix(let path) = error.host else { return "" }
    var status = stat()
    guard stat(path, &status) == 0 else {
      return "The folder of \(path) is closed to you. Try again with sudo."
    }
    let group = getgrgid(status.st_gid).map { String(cString: $0.pointee.gr_name) } ?? String(status.st_gid)
    guard status.st_gid != 0, status.st_mode & S_IWGRP != 0 else {
      return "Only root may use \(path). Try again with sudo."
    }
    return
      "\(path) is for the group \(quoted(group)): join it with 'sudo usermod -aG \(group) $USER' and log in again, "
      + "or try again with sudo."
  }
}
