import Addressing
import EngineAPI

extension Command {
  static var containerPort: Command {
    Command(
      "container port", "port", usage: "CONTAINER [PRIVATE_PORT[/PROTO]]",
      summary: "List port mappings or a specific mapping for the container", arguments: .between(1, 2)
    ) { invocation in
      let container: Wire.ContainerInspect = try await invocation.engine.get(
        invocation.path("containers", invocation.arguments[0], "/json"))
      let ports = container.NetworkSettings.Ports
      guard invocation.arguments.count == 2 else {
        let known = ports.compactMap { name, bindings in TransportPort(name).map { ($0, bindings ?? []) } }
        for (port, bindings) in known.sorted(by: { $0.0 < $1.0 }) {
          for binding in bindings { invocation.printLine("\(port) -> \(address(binding))") }
        }
        return 0
      }
      let asked = invocation.arguments[1]
      guard let port = TransportPort(asked) else { throw UsageError.value("invalid port: \(asked)") }
      guard let bindings = ports[port.description] ?? nil, !bindings.isEmpty else {
        throw CommandFailure("Error: No public port '\(asked)' published for \(invocation.arguments[0])")
      }
      for binding in bindings { invocation.printLine(address(binding)) }
      return 0
    }
  }

  private static func address(_ binding: Wire.PortBinding) -> String {
    binding.HostIp.contains(":") ? "[\(binding.HostIp)]:\(binding.HostPort)" : "\(binding.HostIp):\(binding.HostPort)"
  }
}
