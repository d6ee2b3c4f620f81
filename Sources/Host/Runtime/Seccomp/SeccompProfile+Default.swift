import JSON

extension SeccompProfile {
  private static let permit = "SCMP_ACT_ALLOW"
  private static let refuse = "SCMP_ACT_ERRNO"
  /// EPERM and ENOSYS.
  private static let (notPermitted, noSuchCall): (UInt32, UInt32) = (1, 38)
  /// CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET (clone(2)).
  private static let namespaceFlags: UInt64 = 0x7e02_0000
  private static let vsock: UInt64 = 40

  /// The default profile: Docker 28's. A system call that it does not permit fails with EPERM. `clone3` fails with ENOSYS,
  /// because a filter cannot see its flags; C libraries then use `clone`.
  package static let standard = standard(defaultErrno: notPermitted, naming: [])

  /// The same for a program that compiles the profile itself, without ``SeccompProgram``. Calls that are newer than the
  /// profile fail with ENOSYS, so that C libraries use older ones; older calls that are not permitted are named.
  package static let standardForTools = standard(
    defaultErrno: noSuchCall, naming: DefaultSystemCalls.refused + DefaultSystemCalls.byCapability.flatMap(\.calls))

  private static func standard(defaultErrno: UInt32, naming refused: [String]) -> SeccompProfile {
    var rules = [rule(DefaultSystemCalls.permitted)]
    // Kernels before 4.8 let a traced process change a call after the filter has seen it. The engine needs a newer one.
    rules.append(rule(["process_vm_readv", "process_vm_writev", "ptrace"]))
    rules.append(rule(["socket"], [.init(index: 0, value: vsock, op: "SCMP_CMP_NE")]))
    // PER_LINUX, PER_LINUX32, UNAME26 with both, and the question for the current one (personality(2)).
    for value: UInt64 in [0, 8, 0x2_0000, 0x2_0008, 0xffff_ffff] {
      rules.append(rule(["personality"], [.init(index: 0, value: value, op: "SCMP_CMP_EQ")]))
    }
    for (architectures, calls) in DefaultSystemCalls.byArchitecture {
      rules.append(rule(calls, includes: Condition(arches: architectures)))
    }
    for (capability, calls) in DefaultSystemCalls.byCapability {
      rules.append(rule(calls, includes: Condition(caps: [capability])))
    }
    // The flags are the second argument on s390 (clone(2)).
    for (index, isS390) in [(UInt32(0), false), (1, true)] {
      let arches = ["s390", "s390x"]
      rules.append(
        rule(
          ["clone"], [.init(index: index, value: namespaceFlags, op: "SCMP_CMP_MASKED_EQ")],
          includes: isS390 ? Condition(arches: arches) : nil,
          excludes: Condition(caps: ["CAP_SYS_ADMIN"], arches: isS390 ? nil : arches)))
    }
    let withoutAdmin = Condition(caps: ["CAP_SYS_ADMIN"])
    rules.append(rule(["clone3"], action: refuse, errno: noSuchCall, excludes: withoutAdmin))
    if !refused.isEmpty {
      let argument = OCISpecification.Seccomp.Argument(index: 0, value: vsock, op: "SCMP_CMP_EQ")
      rules.append(rule(["socket"], [argument], action: refuse, errno: notPermitted))
    }
    // A rule that permits a call with a capability must not meet one that refuses it.
    let conditional: Set = ["clone", "clone3", "process_vm_readv", "process_vm_writev", "ptrace"]
    for name in Set(refused).subtracting(conditional).sorted() {
      let capabilities = DefaultSystemCalls.byCapability.filter { $0.calls.contains(name) }.map(\.capability)
      rules.append(
        rule(
          [name], action: refuse, errno: notPermitted,
          excludes: capabilities.isEmpty ? nil : Condition(caps: capabilities)))
    }
    return SeccompProfile(
      defaultAction: refuse, defaultErrnoRet: defaultErrno, archMap: architectureMap, syscalls: rules)
  }

  /// Programs for the older architectures of a family run on the newer one.
  private static let architectureMap: [ArchitectureMapping] = [
    .init(architecture: "SCMP_ARCH_X86_64", subArchitectures: ["SCMP_ARCH_X86", "SCMP_ARCH_X32"]),
    .init(architecture: "SCMP_ARCH_AARCH64", subArchitectures: ["SCMP_ARCH_ARM"]),
    .init(architecture: "SCMP_ARCH_S390X", subArchitectures: ["SCMP_ARCH_S390"]),
    .init(architecture: "SCMP_ARCH_RISCV64"),
  ]

  private static func rule(
    _ names: [String], _ arguments: [OCISpecification.Seccomp.Argument]? = nil, action: String = permit,
    errno: UInt32? = nil, includes: Condition? = nil, excludes: Condition? = nil
  ) -> Rule {
    Rule(names: names, action: action, errnoRet: errno, args: arguments, includes: includes, excludes: excludes)
  }

  /// The profile's JSON text.
  package func json() throws -> [UInt8] { try JSONEncoding.bytes(self) }
}
