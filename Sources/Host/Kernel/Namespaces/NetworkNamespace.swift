import CLinux
import Glibc

/// A network namespace, held alive by a file descriptor.
///
/// No method changes the namespace of a long-lived thread: only short-lived threads enter a namespace.
package struct NetworkNamespace: Sendable {
  /// The descriptor for setns(2) and for netlink's `IFLA_NET_NS_FD`.
  package let descriptor: OwnedDescriptor

  /// Opens a namespace file: a bind mount, or `/proc/<pid>/ns/net`.
  ///
  /// - Throws: errno `EINVAL` when the file is not a namespace, for example when the bind mount is gone and the empty
  ///   file remains.
  package init(path: String) throws(SystemCallError) {
    descriptor = try OwnedDescriptor(path: path, flags: O_RDONLY)
    var info = statfs()
    try checked("fstatfs", path) { fstatfs(descriptor.number, &info) }
    guard info.f_type == Int(NSFS_MAGIC) else {
      throw SystemCallError(
        errno: EINVAL, call: "open", subject: path, kernelMessage: "not a namespace")
    }
  }

  /// The namespace of the calling thread.
  package static func current() throws(SystemCallError) -> NetworkNamespace {
    try NetworkNamespace(path: "/proc/thread-self/ns/net")
  }

  /// The inode number, as in `net:[4026531840]`. It is unique among live namespaces.
  package func identity() throws(SystemCallError) -> UInt64 {
    var info = stat()
    try checked("fstat", "network namespace") { fstat(descriptor.number, &info) }
    return UInt64(info.st_ino)
  }

  /// Runs `body` inside the namespace, on a new thread that then ends. Does not block the caller. A socket opened
  /// inside belongs to the namespace for its lifetime and can be used from any thread.
  ///
  /// Needs CAP_SYS_ADMIN.
  package func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await onDedicatedThread("netns") {
      try enter()
      return try body()
    }
  }

  /// Opens a close-on-exec socket inside the namespace.
  ///
  /// - Parameters:
  ///   - domain: `AF_INET` …
  ///   - type: `SOCK_DGRAM` …, optionally with `SOCK_NONBLOCK`.
  package func openSocket(domain: Int32, type: Int32, protocol: Int32 = 0) async throws
    -> OwnedDescriptor
  {
    try await run {
      OwnedDescriptor(
        adopting: try checked("socket") { socket(domain, type | linux_SOCK_CLOEXEC, `protocol`) })
    }
  }

  /// Moves the calling thread into the namespace permanently. Call it only on a thread made for this.
  func enter() throws(SystemCallError) {
    try checked("setns", "network namespace") { linux_setns(descriptor.number, linux_CLONE_NEWNET) }
  }
}
