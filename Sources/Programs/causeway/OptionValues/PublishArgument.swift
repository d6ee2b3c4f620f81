import Addressing
import EngineAPI

/// One value of `-p`: Docker's short form (``PortSpecification``), or `target=80,published=8080`.
struct PublishArgument: Hashable, Sendable {
  /// One published container port. The host port is text, because a range means any free port of it; empty means that
  /// the engine chooses.
  struct Binding: Hashable, Sendable {
    var container: TransportPort
    var hostAddress: String
    var hostPort: String
  }

  let bindings: [Binding]

  /// - Throws: ``UsageError`` of kind `value`, with Docker's message.
  init(_ text: String) throws(UsageError) {
    guard !text.contains("=") else {
      self.init(bindings: try Self.long(text))
      return
    }
    do throws(PortSpecification.Failure) {
      let specification = try PortSpecification(text)
      self.init(
        bindings: specification.bindings.map { container, host in
          Binding(
            container: container, hostAddress: specification.hostAddress,
            hostPort: host?.description ?? (specification.hasHostPortZero ? "0" : ""))
        })
    } catch {
      throw .value(Self.message(error, text))
    }
  }

  private init(bindings: [Binding]) {
    self.bindings = bindings
  }

  private static func message(_ failure: PortSpecification.Failure, _ text: String) -> String {
    switch failure {
    case .malformed: "invalid port specification: \(text)"
    case .missingContainerPort: "no port specified: \(text)<empty>"
    case .unknownProtocol(let name): "invalid proto: \(name)"
    case .invalidContainerPort(let port): "invalid containerPort: \(port)"
    case .invalidHostPort(let port): "invalid hostPort: \(port)"
    case .invalidAddress(let address): "invalid IP address: \(address)"
    case .differentRanges(let container, let host):
      "invalid ranges specified for container and host Ports: \(container) and \(host)"
    }
  }

  /// The long form, `target=80,published=8080,protocol=tcp`. `mode` applies only to swarm services and is ignored.
  private static func long(_ text: String) throws(UsageError) -> [Binding] {
    var target = ""
    var published = ""
    var transport = "tcp"
    for field in text.split(separator: ",") {
      let pair = field.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2 else { throw .value("invalid field \(field)") }
      switch pair[0].lowercased() {
      case "target": target = pair[1]
      case "published": published = pair[1]
      case "protocol": transport = pair[1]
      case "mode": continue
      default: throw .value("invalid field key \(pair[0])")
      }
    }
    guard !target.isEmpty else { throw .value("missing mandatory field \("target".quoted)") }
    return try PublishArgument("\(published):\(target)/\(transport)").bindings
  }
}
