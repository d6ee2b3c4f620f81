import Addressing
import Glibc
import NetworkPlan
import Synchronization

/// The open handles for one namespace: a thread inside it, a netlink socket and an nft context. All but the thread may
/// be used from any thread.
final class NamespaceHandles: Sendable {
  /// The thread inside the namespace. For the host it is the executor's own thread, which is also the caller.
  private enum Inside: Sendable {
    case thisThread
    case thread(NamespaceThread)
  }

  let netlink: NetlinkSocket
  private let inside: Inside
  private let context = Mutex<FirewallContext?>(nil)
  private let sysctlFiles: SysctlFiles

  /// For the namespace of the calling thread. Only that thread may use these handles.
  init() throws {
    inside = .thisThread
    sysctlFiles = SysctlFiles()
    netlink = try NetlinkSocket()
  }

  /// - Parameter settings: the sysctl folders that an earlier plan opened.
  init(_ thread: NamespaceThread, settings: SysctlFiles = SysctlFiles()) throws {
    inside = .thread(thread)
    sysctlFiles = settings
    netlink = try thread.run { try NetlinkSocket() }
  }

  /// The descriptor for `IFLA_NET_NS_FD`; `nil` for the host.
  var descriptor: Int32? {
    switch inside {
    case .thisThread: nil
    case .thread(let thread): thread.namespace.descriptor.number
    }
  }

  /// Runs `body` on the thread inside the namespace.
  func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) throws -> T {
    switch inside {
    case .thisThread: try body()
    case .thread(let thread): try thread.run(body)
    }
  }

  /// The namespace's settings, with the folder of `key` open.
  func settings(for key: String) throws -> SysctlFiles {
    if !sysctlFiles.isReady(for: key) { try run { [sysctlFiles] in try sysctlFiles.prepare(for: key) } }
    return sysctlFiles
  }

  /// The nft context, opened on first use.
  func firewall() throws -> FirewallContext {
    if let made = context.withLock({ $0 }) { return made }
    let made = try run { try FirewallContext() }
    context.withLock { $0 = made }
    return made
  }

  /// Closes the nft context. This blocks until the kernel has freed what earlier transactions deleted, 5 to 20 ms, so
  /// it runs on a background thread.
  func closeFirewall() {
    let context = context.withLock { $0.take() }
    withExtendedLifetime(context) {}
  }

  func index(_ name: InterfaceName) throws(SystemCallError) -> UInt32 {
    try netlink.get(.getLink(name)) { reply in ObservedLink(reply)?.index ?? 0 }
  }
}
