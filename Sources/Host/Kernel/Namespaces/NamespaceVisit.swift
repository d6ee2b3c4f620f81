import CLinux
import Glibc

/// A thread inside a network namespace, kept for the length of a list of operations there and then thrown away.
///
/// It costs a thread and a setns, some 50 µs, once; every job after that a hand-over. All calls block.
final class NamespaceVisit: Sendable {
  let namespace: NetworkNamespace
  private let thread: SerialThread

  init(_ namespace: NetworkNamespace) throws {
    self.namespace = namespace
    thread = try SerialThread("netns-visit")
    try thread.runBlocking { try namespace.enter() }
  }

  private init(namespace: NetworkNamespace, thread: SerialThread) {
    self.namespace = namespace
    self.thread = thread
  }

  /// Makes a namespace with the loopback up.
  ///
  /// - Parameter keep: called inside; makes the namespace last and gives a handle of it.
  static func ofNewNamespace(
    _ keep: @escaping @Sendable () throws -> NetworkNamespace
  ) throws -> NamespaceVisit {
    let thread = try SerialThread("netns-visit")
    let namespace = try thread.runBlocking {
      try checked("unshare", "network namespace") { linux_unshare(linux_CLONE_NEWNET) }
      let namespace = try keep()
      try setLoopbackUp()
      return namespace
    }
    return NamespaceVisit(namespace: namespace, thread: thread)
  }

  func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) throws -> T {
    try thread.runBlocking(body)
  }

  /// By ioctl (netdevice(7)), in the thread's namespace: for one flag it is simpler than a netlink socket.
  private static func setLoopbackUp() throws(SystemCallError) {
    let socket = OwnedDescriptor(
      adopting: try checked("socket") {
        Glibc.socket(AF_INET, linux_SOCK_DGRAM | linux_SOCK_CLOEXEC, 0)
      })
    var request = ifreq()
    withUnsafeMutableBytes(of: &request.ifr_ifrn.ifrn_name) { $0.copyBytes(from: "lo".utf8) }
    try checked("SIOCGIFFLAGS", "lo") {
      linux_ioctl_pointer(socket.number, UInt(SIOCGIFFLAGS), &request)
    }
    request.ifr_ifru.ifru_flags |= Int16(IFF_UP)
    try checked("SIOCSIFFLAGS", "lo") {
      linux_ioctl_pointer(socket.number, UInt(SIOCSIFFLAGS), &request)
    }
  }
}
