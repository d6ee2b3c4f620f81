import Glibc
import Kernel
import NameService

/// The DNS resolver of all sandboxes: the zone, the sockets that receive queries, and the forwarder.
final class Resolver {
  let loop: EventLoop
  let namespaces: NamespaceSwitcher
  let batch = DatagramBatch()
  let forwarder: Forwarder
  var zone = Zone()
  var counters = DataPlaneStatus.Counters()
  /// Shared by all TCP connections; each uses them only during one read.
  let streamBuffer = [UInt8](repeating: 0, count: 16 << 10)
  var streamReply = [UInt8](repeating: 0, count: 65535)
  private(set) var sandboxes: [String: SandboxResolver] = [:]

  init(_ loop: EventLoop, _ namespaces: NamespaceSwitcher) {
    self.loop = loop
    self.namespaces = namespaces
    forwarder = Forwarder(loop, namespaces)
    forwarder.resolver = self
  }

  /// Starts to serve a sandbox, or replaces its record.
  ///
  /// - Parameter sockets: newly opened sockets; `nil` when the existing ones stay in use.
  func open(_ record: SandboxRecord, _ sockets: SandboxSockets?) throws(SystemCallError) {
    let client = zone.open(record)
    if let sockets {
      sandboxes.removeValue(forKey: record.id)?.close()
      sandboxes[record.id] = try SandboxResolver(self, record, sockets, client)
    } else {
      sandboxes[record.id]?.record = record
    }
  }

  func close(_ id: String) {
    sandboxes.removeValue(forKey: id)?.close()
    zone.close(sandbox: id)
  }
}
