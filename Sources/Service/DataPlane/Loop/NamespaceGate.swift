import CLinux
import Glibc
import Kernel

/// Lets the loop's thread into other network namespaces for the opening of sockets, which stay there.
///
/// The thread belongs to this program alone and comes straight back, which costs two system calls; a thread of its own
/// for every visit would cost twenty times that.
struct NamespaceGate {
  private let home: NetworkNamespace

  /// From the namespace that is home.
  init() throws(SystemCallError) {
    home = try NetworkNamespace.current()
  }

  func inside<Result>(
    _ namespace: NetworkNamespace, _ body: () throws(SystemCallError) -> Result
  ) throws(SystemCallError) -> Result {
    guard linux_setns(namespace.descriptor.number, linux_CLONE_NEWNET) == 0 else {
      throw SystemCallError.last("setns", "network namespace")
    }
    defer {
      // Not to come home would open the host's sockets in a container. The program is restarted and reads its table.
      if linux_setns(home.descriptor.number, linux_CLONE_NEWNET) != 0 { abort() }
    }
    return try body()
  }
}
