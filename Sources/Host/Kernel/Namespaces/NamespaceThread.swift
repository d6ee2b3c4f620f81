import CLinux
import Glibc

/// A thread that runs inside one network namespace and ends when this object is released.
///
/// Starting it costs about 50 µs (a thread and a setns(2)); each job after that costs a thread switch. All calls block.
final class NamespaceThread: Sendable {
  let namespace: NetworkNamespace
  private let thread: SerialThread

  init(_ namespace: NetworkNamespace) throws {
    self.namespace = namespace
    thread = try SerialThread("netns")
    try thread.runBlocking { try namespace.enter() }
  }

  private init(namespace: NetworkNamespace, thread: SerialThread) {
    self.namespace = namespace
    self.thread = thread
  }

  /// Creates a network namespace, with its loopback up, and a thread inside it.
  ///
  /// - Parameter keep: runs inside the new namespace; makes it persistent and returns a handle to it.
  static func inNewNamespace(
    _ keep: @escaping @Sendable () throws -> NetworkNamespace
  ) throws -> NamespaceThread {
    let thread = try SerialThread("netns")
    let namespace = try thread.runBlocking {
      try checked("unshare", "network namespace") { linux_unshare(linux_CLONE_NEWNET) }
      let namespace = try keep()
      try setLoopbackUp()
      return namespace
    }
    return NamespaceThread(namespace: namespace, thread: thread)
  }

  func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) throws -> T {
    try thread.runBlocking(body)
  }

  /// Uses ioctls (netdevice(7)) because a netlink socket costs more for one flag.
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
