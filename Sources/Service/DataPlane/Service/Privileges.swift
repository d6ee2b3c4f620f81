import CLinux
import Glibc
import Kernel

/// What the program may do. It reads packets that anyone in a container can send, so it keeps of root's powers only what
/// it needs: to enter namespaces (CAP_SYS_ADMIN) and to bind low ports. It cannot get the others back, not even by
/// executing another program; and the kernel does not take it for one to kill when memory is short.
enum Privileges {
  static func drop() throws(SystemCallError) {
    // Needs CAP_SYS_RESOURCE, and is no more than a wish.
    try? writeExistingFile("/proc/self/oom_score_adj", "-500")
    guard linux_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 else { throw SystemCallError.last("prctl") }
    let kept = UInt64(1) << linux_CAP_SYS_ADMIN | UInt64(1) << linux_CAP_NET_BIND_SERVICE
    guard linux_keep_capabilities(kept) == 0 else { throw SystemCallError.last("capset") }
  }
}
