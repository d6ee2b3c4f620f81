import Glibc
import Kernel
import NameService

/// The resolver of all sandboxes: the names, the sockets that questions come to, and the way to the upstreams.
final class Resolver {
  let loop: EventLoop
  let gate: NamespaceGate
  let batch = DatagramBatch()
  let forwarder: Forwarder
  var zone = Zone()
  var counters = DataPlaneStatus.Counters()
  /// For reading from connections, and for the reply being made for one: used by one at a time.
  let streamBuffer = [UInt8](repeating: 0, count: 16 << 10)
  var streamReply = [UInt8](repeating: 0, count: 65535)
  private(set) var sandboxes: [String: OpenSandbox] = [:]

  init(_ loop: EventLoop, _ gate: NamespaceGate) {
    self.loop = loop
    self.gate = gate
    forwarder = Forwarder(loop, gate)
    forwarder.resolver = self
  }

  /// Puts a sandbox into service, in the place of the one of the same id.
  ///
  /// - Parameter sockets: opened for it; `nil` when those that are open serve on.
  func open(_ record: SandboxRecord, _ sockets: SandboxSockets?) throws(SystemCallError) {
    let asker = zone.open(record)
    if let sockets {
      sandboxes.removeValue(forKey: record.id)?.close()
      sandboxes[record.id] = try OpenSandbox(self, record, sockets, asker)
    } else {
      sandboxes[record.id]?.record = record
    }
  }

  func close(_ id: String) {
    sandboxes.removeValue(forKey: id)?.close()
    zone.close(sandbox: id)
  }
}
