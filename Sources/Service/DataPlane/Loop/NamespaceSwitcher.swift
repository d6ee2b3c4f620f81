import CLinux
import Glibc
import Kernel

/// Switches the loop's thread into another network namespace to open sockets there. A socket stays in the namespace in
/// which it was opened.
///
/// The switch costs two system calls; a thread per switch would cost twenty times as much.
struct NamespaceSwitcher {
  private let original: NetworkNamespace

  /// Remembers the current namespace as the one to return to.
  init() throws(SystemCallError) {
    original = try NetworkNamespace.current()
  }

  func run<Result>(
    in namespace: NetworkNamespace, _ body: () throws(SystemCallError) -> Result
  ) throws(SystemCallError) -> Result {
    guard linux_setns(namespace.descriptor.number, linux_CLONE_NEWNET) == 0 else {
      throw SystemCallError.last("setns", "network namespace")
    }
    defer {
      // In the wrong namespace, the program would open host sockets in a container. The engine restarts it, and it
      // reads its table again.
      if linux_setns(original.descriptor.number, linux_CLONE_NEWNET) != 0 { abort() }
    }
    return try body()
  }
}
