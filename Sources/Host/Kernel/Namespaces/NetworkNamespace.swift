import CLinux
import Glibc

/// A network namespace, by a descriptor that keeps it alive.
///
/// Nothing here changes the namespace of a thread that lives on: entering happens on threads that are thrown away.
public struct NetworkNamespace: Sendable {
  /// Refers to the namespace: for setns(2), and for netlink's `IFLA_NET_NS_FD`.
  public let descriptor: OwnedDescriptor

  /// Opens one by its file: a bind mount, or `/proc/<pid>/ns/net`.
  ///
  /// - Throws: errno `EINVAL` when the file is no namespace: the mount is gone and the empty file beneath is left.
  public init(path: String) throws(SystemCallError) {
    descriptor = try OwnedDescriptor(path: path, flags: O_RDONLY)
    var info = statfs()
    try checked("fstatfs", path) { fstatfs(descriptor.number, &info) }
    guard info.f_type == Int(NSFS_MAGIC) else {
      throw SystemCallError(
        errno: EINVAL, call: "open", subject: path, kernelMessage: "not a namespace")
    }
  }

  /// The namespace of the calling thread.
  public static func current() throws(SystemCallError) -> NetworkNamespace {
    try NetworkNamespace(path: "/proc/thread-self/ns/net")
  }

  /// What tells namespaces apart: the inode number, as in `net:[4026531840]`.
  public func identity() throws(SystemCallError) -> UInt64 {
    var info = stat()
    try checked("fstat", "network namespace") { fstat(descriptor.number, &info) }
    return UInt64(info.st_ino)
  }

  /// Runs `body` inside, on a thread of its own that is then thrown away, without blocking the caller. Sockets opened
  /// there belong to the namespace for good and work from any thread.
  ///
  /// Needs CAP_SYS_ADMIN.
  public func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await onDedicatedThread("netns-visit") {
      try enter()
      return try body()
    }
  }

  /// Opens a socket inside, close-on-exec.
  ///
  /// - Parameters:
  ///   - domain: `AF_INET` …
  ///   - type: `SOCK_DGRAM` …, or-ed with `SOCK_NONBLOCK` where wanted.
  public func openSocket(domain: Int32, type: Int32, protocol: Int32 = 0) async throws
    -> OwnedDescriptor
  {
    try await run {
      OwnedDescriptor(
        adopting: try checked("socket") { socket(domain, type | linux_SOCK_CLOEXEC, `protocol`) })
    }
  }

  /// Moves the calling thread into the namespace, for the rest of its life. Only on a thread made for it.
  func enter() throws(SystemCallError) {
    try checked("setns", "network namespace") { linux_setns(descriptor.number, linux_CLONE_NEWNET) }
  }
}
