import CLinux
import Glibc
import Kernel

/// Drops privileges. The program parses packets from any container, so it keeps only the capabilities to enter
/// namespaces (CAP_SYS_ADMIN) and to bind low ports. It cannot regain others, not even by executing a program. The OOM
/// killer prefers other processes.
enum Privileges {
  static func drop() throws(SystemCallError) {
    // Best effort: needs CAP_SYS_RESOURCE.
    try? writeExistingFile("/proc/self/oom_score_adj", "-500")
    guard linux_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 else { throw SystemCallError.last("prctl") }
    let capabilities = UInt64(1) << linux_CAP_SYS_ADMIN | UInt64(1) << linux_CAP_NET_BIND_SERVICE
    guard linux_keep_capabilities(capabilities) == 0 else { throw SystemCallError.last("capset") }
  }
}
