import CLinux
import CSeccomp
import EngineModel
import JSON
import Glibc
import Kernel
import Synchronization

/// A compiled seccomp filter for the kernel (seccomp(2)). All containers with the same filter share one compilation.
///
/// An OCI runtime compiles the filter for every container, which takes most of crun's time to create one. libseccomp's
/// binary tree also makes a container's system calls cheaper than the runtimes' linear list.
struct SeccompProgram: Sendable, Hashable {
  /// Instructions of eight bytes each (`struct sock_filter`).
  let bytes: [UInt8]

  /// Compiles a filter.
  ///
  /// - Returns: `nil` for a filter that only a runtime can install: it has flags or notifies a listener.
  /// - Throws: `invalidParameter` for names that neither the specification nor libseccomp defines.
  init?(_ filter: OCISpecification.Seccomp) throws(EngineError) {
    guard (filter.flags ?? []).isEmpty, !filter.mentionsListener else { return nil }
    let standard = try Self.action(filter.defaultAction, errno: filter.defaultErrnoRet)
    guard let context = seccomp_init(standard) else {
      throw EngineError(.system, "libseccomp cannot make a filter with the action \(filter.defaultAction)")
    }
    defer { seccomp_release(context) }
    seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2)
    for name in filter.architectures ?? [] {
      let architecture = seccomp_arch_resolve_name(name.dropPrefix("SCMP_ARCH_").lowercased())
      guard architecture != 0 else {
        throw EngineError(.invalidParameter, "unknown architecture \(name) in seccomp profile")
      }
      let result = seccomp_arch_add(context, architecture)
      guard result == 0 || result == -EEXIST else { throw Self.refused(-result, "architecture \(name)") }
    }
    for rule in filter.syscalls ?? [] {
      let action = try Self.action(rule.action, errno: rule.errnoRet)
      // libseccomp refuses rules with the default action.
      if action == standard { continue }
      let conditions = try Self.conditions(rule.args ?? [])
      for name in rule.names { try Self.add(name, action, conditions, to: context) }
    }
    bytes = Self.answerToNewerCalls(filter) + (try Self.export(context))
  }

  private static func add(
    _ name: String, _ action: UInt32, _ conditions: [[scmp_arg_cmp]], to context: scmp_filter_ctx
  ) throws(EngineError) {
    let number = seccomp_syscall_resolve_name(name)
    // Profiles contain system calls that this libseccomp does not know.
    guard number != CSeccomp.__NR_SCMP_ERROR else { return }
    for alternative in conditions {
      let result = alternative.withUnsafeBufferPointer {
        seccomp_rule_add_array(context, action, number, UInt32($0.count), $0.baseAddress)
      }
      guard result == 0 || result == -EEXIST else { throw refused(-result, name) }
    }
  }

  /// Conditions on different arguments must all match. libseccomp accepts one condition for each argument, so several
  /// conditions on one argument become separate rules of which one must match, as in runc.
  private static func conditions(
    _ arguments: [OCISpecification.Seccomp.Argument]
  ) throws(EngineError) -> [[scmp_arg_cmp]] {
    var conditions: [scmp_arg_cmp] = []
    for argument in arguments {
      guard let comparison = comparisons[argument.op], argument.index < 6 else {
        throw EngineError(.invalidParameter, "invalid operator \(argument.op) in seccomp profile")
      }
      conditions.append(
        scmp_arg_cmp(
          arg: argument.index, op: comparison, datum_a: argument.value, datum_b: argument.valueTwo ?? 0))
    }
    return Set(conditions.map(\.arg)).count == conditions.count ? [conditions] : conditions.map { [$0] }
  }

  private static let comparisons: [String: scmp_compare] = [
    "SCMP_CMP_NE": SCMP_CMP_NE, "SCMP_CMP_LT": SCMP_CMP_LT, "SCMP_CMP_LE": SCMP_CMP_LE, "SCMP_CMP_EQ": SCMP_CMP_EQ,
    "SCMP_CMP_GE": SCMP_CMP_GE, "SCMP_CMP_GT": SCMP_CMP_GT, "SCMP_CMP_MASKED_EQ": SCMP_CMP_MASKED_EQ,
  ]

  /// The `SCMP_ACT_…` macros; Swift does not import those with an argument.
  private static func action(_ name: String, errno number: UInt32?) throws(EngineError) -> UInt32 {
    let data = (number ?? UInt32(EPERM)) & 0xffff
    switch name {
    case "SCMP_ACT_ALLOW": return 0x7fff_0000
    case "SCMP_ACT_LOG": return 0x7ffc_0000
    case "SCMP_ACT_TRACE": return 0x7ff0_0000 | data
    case "SCMP_ACT_ERRNO": return 0x0005_0000 | data
    case "SCMP_ACT_TRAP": return 0x0003_0000
    case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD": return 0
    case "SCMP_ACT_KILL_PROCESS": return 0x8000_0000
    default: throw EngineError(.invalidParameter, "invalid action \(name) in seccomp profile")
    }
  }

  /// libseccomp of Debian 12 can export only to a descriptor.
  private static func export(_ context: scmp_filter_ctx) throws(EngineError) -> [UInt8] {
    let number = linux_memfd_create("seccomp", 0x1)  // MFD_CLOEXEC
    guard number >= 0 else { throw refused(Glibc.errno, "memfd_create") }
    let file = OwnedDescriptor(adopting: number)
    let result = seccomp_export_bpf(context, file.number)
    guard result == 0 else { throw refused(-result, "export") }
    let size = Int(lseek(file.number, 0, SEEK_END))
    var bytes = [UInt8](repeating: 0, count: max(size, 0))
    guard size > 0, pread(file.number, &bytes, size, 0) == size else { throw refused(Glibc.errno, "read") }
    return bytes
  }

  private static func refused(_ number: Int32, _ subject: String) -> EngineError {
    EngineError(.system, "libseccomp refuses the filter (\(subject)): \(SystemCallError.reason(number))")
  }
}

extension SeccompProgram {
  /// Instructions that come first: system calls with a higher number than every call in the filter fail with ENOSYS. A
  /// filter that refuses with EPERM would break C libraries that try a new call before an old one. runc does the same.
  private static func answerToNewerCalls(_ filter: OCISpecification.Seccomp) -> [UInt8] {
    guard filter.defaultAction == "SCMP_ACT_ERRNO", (filter.defaultErrnoRet ?? UInt32(EPERM)) == UInt32(EPERM) else {
      return []
    }
    let names = Set((filter.syscalls ?? []).flatMap(\.names))
    var bytes: [UInt8] = []
    for name in filter.architectures ?? [] {
      // x32 shares its architecture with x86-64, and its calls have a bit of their own.
      guard name != "SCMP_ARCH_X32" else { continue }
      let architecture = seccomp_arch_resolve_name(name.dropPrefix("SCMP_ARCH_").lowercased())
      let numbers = names.map { seccomp_syscall_resolve_name_arch(architecture, $0) }
      guard architecture != 0, let last = numbers.max(), last > 0 else { continue }
      // struct seccomp_data: the number at 0, the architecture at 4.
      bytes += instruction(0x20, 4)
      bytes += instruction(0x15, architecture, whenTrue: 0, whenFalse: 4)
      bytes += instruction(0x20, 0)
      bytes += instruction(0x35, 0x4000_0000, whenTrue: 2, whenFalse: 0)
      bytes += instruction(0x25, UInt32(last), whenTrue: 0, whenFalse: 1)
      bytes += instruction(0x06, 0x0005_0000 | UInt32(ENOSYS))
    }
    return bytes
  }

  /// `struct sock_filter` in the host's byte order.
  private static func instruction(
    _ code: UInt16, _ value: UInt32, whenTrue: UInt8 = 0, whenFalse: UInt8 = 0
  ) -> [UInt8] {
    withUnsafeBytes(of: code, Array.init) + [whenTrue, whenFalse] + withUnsafeBytes(of: value, Array.init)
  }

  private static let encoded = Mutex<[OCISpecification.Seccomp: String?]>([:])

  /// A filter's program in base64; cached.
  static func base64(_ filter: OCISpecification.Seccomp) throws(EngineError) -> String? {
    if let known = encoded.withLock({ $0[filter] }) { return known }
    let text = try SeccompProgram(filter).map { Base64.encode($0.bytes) }
    encoded.withLock { encoded in
      if encoded.count >= 32 { encoded.removeAll() }
      encoded[filter] = .some(text)
    }
    return text
  }
}

extension OCISpecification.Seccomp {
  fileprivate var mentionsListener: Bool {
    defaultAction == "SCMP_ACT_NOTIFY" || (syscalls ?? []).contains { $0.action == "SCMP_ACT_NOTIFY" }
  }
}

extension String {
  fileprivate func dropPrefix(_ prefix: String) -> Substring {
    hasPrefix(prefix) ? dropFirst(prefix.count) : self[...]
  }
}
