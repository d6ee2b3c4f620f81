import Addressing
import Glibc
import NetworkPlan
import Synchronization

/// What is needed to work in one namespace: a thread inside, a netlink socket, nft. All but the thread are usable from
/// any thread.
final class NamespaceTools: Sendable {
  /// The thread inside. The host's belongs to the executor and is the one that calls here.
  private enum Inside: Sendable {
    case thisThread
    case visit(NamespaceVisit)
  }

  let netlink: NetlinkSocket
  private let inside: Inside
  private let context = Mutex<FirewallContext?>(nil)
  private let openedSettings: SystemSettings

  /// For the namespace of the calling thread, on which alone these tools may be used.
  init() throws {
    inside = .thisThread
    openedSettings = SystemSettings()
    netlink = try NetlinkSocket()
  }

  /// - Parameter settings: what was opened of the namespace's settings on an earlier visit.
  init(_ visit: NamespaceVisit, settings: SystemSettings = SystemSettings()) throws {
    inside = .visit(visit)
    openedSettings = settings
    netlink = try visit.run { try NetlinkSocket() }
  }

  /// Descriptor for `IFLA_NET_NS_FD`; `nil` for the host.
  var descriptor: Int32? {
    switch inside {
    case .thisThread: nil
    case .visit(let visit): visit.namespace.descriptor.number
    }
  }

  /// Runs on the thread inside.
  func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) throws -> T {
    switch inside {
    case .thisThread: try body()
    case .visit(let visit): try visit.run(body)
    }
  }

  /// The namespace's settings, ready for one of them.
  func settings(for key: String) throws -> SystemSettings {
    if !openedSettings.isReady(for: key) { try run { [openedSettings] in try openedSettings.prepare(for: key) } }
    return openedSettings
  }

  /// nft, opened when first needed.
  func firewall() throws -> FirewallContext {
    if let made = context.withLock({ $0 }) { return made }
    let made = try run { try FirewallContext() }
    context.withLock { $0 = made }
    return made
  }

  /// Lets go of nft. Closing its socket waits until the kernel has freed what former transactions deleted, some 5 to
  /// 20 ms, so it is for a thread that nobody waits for.
  func closeFirewall() {
    let context = context.withLock { $0.take() }
    withExtendedLifetime(context) {}
  }

  func index(_ name: InterfaceName) throws(SystemCallError) -> UInt32 {
    try netlink.get(.getLink(name)) { reply in ObservedLink(reply)?.index ?? 0 }
  }
}
