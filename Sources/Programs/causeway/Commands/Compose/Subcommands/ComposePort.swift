import Compose
import EngineAPI

extension ComposeCommand {
  static var port: ComposeCommand {
    ComposeCommand(
      "port", usage: "[OPTIONS] SERVICE PRIVATE_PORT", summary: "Print the public port for a port binding",
      options: [
        .containerIndex,
        .text("protocol", nil, "tcp or udp", default: "\"tcp\""),
      ], arguments: .exactly(2)
    ) { compose in
      let (name, _) = try compose.projectByName()
      let container = try await compose.container(of: compose.arguments[0], name)
      let port = "\(compose.arguments[1])/\(compose.options.text("protocol") ?? "tcp")"
      let inspected: Wire.ContainerInspect = try await compose.engine.get("/containers/\(container.id)/json")
      guard let binding = (inspected.NetworkSettings.Ports[port] ?? nil)?.first else {
        throw CommandFailure("no port \(port) for container \(container.name)")
      }
      let host = binding.HostIp.contains(":") ? "[\(binding.HostIp)]" : binding.HostIp
      compose.invocation.printLine("\(host):\(binding.HostPort)")
      return 0
    }
  }
}
