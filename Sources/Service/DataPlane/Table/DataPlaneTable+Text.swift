package import Kernel
import Addressing
import NameService
import NetworkPlan

extension DataPlaneTable {
  /// Reads the table from a data plane's folder. The program may be running.
  ///
  /// - Throws: errno `EINVAL` when the journal has another version.
  package init(readingFrom stateFolder: String) throws(SystemCallError) {
    self = try Journal.read(stateFolder)
  }

  /// The table as text, one line per entry.
  package var lines: [String] { changes.map(\.description) }
}

extension DataPlaneChange: CustomStringConvertible {
  package var description: String {
    switch self {
    case .openSandbox(let sandbox):
      "sandbox \(sandbox.id) at \(sandbox.namespacePath) port \(sandbox.port)" + Self.text(sandbox)
    case .closeSandbox(let id): "close sandbox \(id)"
    case .setEndpoint(let endpoint):
      "endpoint \(endpoint.id) of \(endpoint.sandbox) on \(endpoint.networkName) (\(endpoint.network)) names "
        + endpoint.names.joined(separator: " ") + " at " + endpoint.addresses.map(\.description).joined(separator: " ")
    case .removeEndpoint(let id): "remove endpoint \(id)"
    case .reserve(let ports, let owner):
      "ports of \(owner): " + ports.map(\.description).joined(separator: " ")
    case .release(let owner): "release ports of \(owner)"
    case .setRelays(let relays, let owner):
      "relays of \(owner): "
        + relays.map { relay in
          let listen = PortReservation(address: relay.listen, port: relay.port, transport: relay.transport)
          return
            "\(listen) to \(PortReservation(address: relay.target, port: relay.targetPort, transport: relay.transport))"
        }.joined(separator: " ")
    }
  }

  private static func text(_ sandbox: SandboxRecord) -> String {
    let upstreams = sandbox.upstreams.map { upstream in
      " \(upstream.address)#\(upstream.port)" + (upstream.isInsideSandbox ? " from inside" : "")
    }
    let hosts = sandbox.extraHosts.map { host in
      " \(host.name) is " + host.addresses.map(\.description).joined(separator: " ")
    }
    return (upstreams.isEmpty ? "" : " upstreams\(upstreams.joined())") + (sandbox.isInternal ? " internal" : "")
      + (hosts.isEmpty ? "" : " hosts\(hosts.joined())")
  }
}
