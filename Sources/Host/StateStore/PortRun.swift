import Addressing
import EngineModel

/// A run of consecutive host ports that one container holds at one address.
struct PortRun: Hashable {
  let transport: TransportProtocol
  let address: IPAddress
  let first: UInt16
  private(set) var last: UInt16

  /// The host ports of the publications, in as few runs as possible.
  static func runs(of publications: [PortPublication]) -> [PortRun] {
    let taken = publications.filter(\.usesHostPort).map { publication in
      PortRun(
        transport: publication.containerPort.transport, address: publication.hostAddress, first: publication.hostPort,
        last: publication.hostPort)
    }
    return Set(taken).sorted { ($0.transport, $0.address, $0.first) < ($1.transport, $1.address, $1.first) }
      .reduce(into: []) { runs, next in
        if let run = runs.last, run.transport == next.transport, run.address == next.address,
          next.first - run.last == 1
        {
          runs[runs.count - 1].last = next.last
        } else {
          runs.append(next)
        }
      }
  }
}
