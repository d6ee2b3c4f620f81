import EngineModel
import Testing

@testable import Runtime

/// Interprets compiled programs and compares their decision with the filter for every system call.
@Suite struct SeccompProgramTests {
  private static let x86: UInt32 = 0xc000_003e  // AUDIT_ARCH_X86_64
  private static let allow: UInt32 = 0x7fff_0000

  private func filter(_ rules: [OCISpecification.Seccomp.Rule]) -> OCISpecification.Seccomp {
    var filter = OCISpecification.Seccomp(defaultAction: "SCMP_ACT_ERRNO")
    filter.defaultErrnoRet = 38
    filter.architectures = ["SCMP_ARCH_X86_64"]
    filter.syscalls = rules
    return filter
  }

  private func verdict(
    _ program: SeccompProgram, _ call: UInt32, _ arguments: [UInt64] = [], architecture: UInt32 = x86
  ) throws -> UInt32 {
    try BPFInterpreter(program.bytes).run(call: call, architecture: architecture, arguments: arguments)
  }

  @Test func allowsByNameAndRefusesTheRest() throws {
    let program = try #require(
      try SeccompProgram(filter([.init(names: ["read", "write", "no_such_call"], action: "SCMP_ACT_ALLOW")])))
    for call in UInt32(0)..<400 {
      #expect(try verdict(program, call) == (call <= 1 ? Self.allow : 0x0005_0000 | 38))
    }
    // On a foreign architecture the numbers have other meanings, so the process is killed.
    #expect(try verdict(program, 0, architecture: 0x4000_0003) == 0)
  }

  @Test func conditionsOnArguments() throws {
    let isPersonality = { (value: UInt64) in
      OCISpecification.Seccomp.Rule(
        names: ["personality"], action: "SCMP_ACT_ALLOW",
        args: [.init(index: 0, value: value, valueTwo: nil, op: "SCMP_CMP_EQ")])
    }
    let masked = OCISpecification.Seccomp.Rule(
      names: ["clone"], action: "SCMP_ACT_ALLOW",
      args: [.init(index: 0, value: 0x7e02_0000, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ")])
    let both = OCISpecification.Seccomp.Rule(
      names: ["kill"], action: "SCMP_ACT_ERRNO", errnoRet: 7,
      args: [
        .init(index: 0, value: 5, valueTwo: nil, op: "SCMP_CMP_EQ"),
        .init(index: 1, value: 9, valueTwo: nil, op: "SCMP_CMP_EQ"),
      ])
    let either = OCISpecification.Seccomp.Rule(
      names: ["socket"], action: "SCMP_ACT_ALLOW",
      args: [
        .init(index: 0, value: 1, valueTwo: nil, op: "SCMP_CMP_EQ"),
        .init(index: 0, value: 2, valueTwo: nil, op: "SCMP_CMP_EQ"),
      ])
    let program = try #require(
      try SeccompProgram(filter([isPersonality(0), isPersonality(0xffff_ffff), masked, both, either])))
    let refused: UInt32 = 0x0005_0000 | 38
    #expect(try verdict(program, 135, [0]) == Self.allow)
    #expect(try verdict(program, 135, [0xffff_ffff]) == Self.allow)
    #expect(try verdict(program, 135, [8]) == refused)
    #expect(try verdict(program, 56, [0x11]) == Self.allow)
    #expect(try verdict(program, 56, [0x1000_0000]) == refused)
    #expect(try verdict(program, 62, [5, 9]) == 0x0005_0007)
    #expect(try verdict(program, 62, [5, 8]) == refused)
    #expect(try verdict(program, 41, [1]) == Self.allow)
    #expect(try verdict(program, 41, [2]) == Self.allow)
    #expect(try verdict(program, 41, [10]) == refused)
  }

  /// The default profile against its own rules without argument conditions.
  @Test(.enabled(if: HostFacts.isX86)) func theStandardProfile() throws {
    let host = try HostFacts.read()
    let capabilities = try CapabilitySet.adjusted(add: [], drop: [], privileged: false).names
    var filter = SeccompProfile.standard.filter(
      capabilities: capabilities, architecture: host.architecture, kernel: host.kernel)
    filter.architectures?.removeAll(where: host.unusableArchitectures.contains)
    let program = try #require(try SeccompProgram(filter))
    let isAllowed = { (name: String) in
      (filter.syscalls ?? []).contains { $0.action == "SCMP_ACT_ALLOW" && $0.args == nil && $0.names.contains(name) }
    }
    let calls: [String: UInt32] = [
      "read": 0, "mmap": 9, "execve": 59, "ptrace": 101, "mount": 165, "reboot": 169, "init_module": 175,
      "kexec_load": 246,
      "keyctl": 250, "bpf": 321, "userfaultfd": 323, "clone3": 435,
    ]
    for (name, call) in calls {
      #expect((try verdict(program, call) == Self.allow) == isAllowed(name), "\(name)")
    }
    #expect(isAllowed("read") && !isAllowed("init_module"))
    // Newer calls than the filter names do not exist; older ones are not permitted.
    #expect(try verdict(program, 460) == 0x0005_0000 | 38 && verdict(program, 250) == 0x0005_0001)
    #expect(try verdict(program, 435) == 0x0005_0000 | 38)
    #expect(try verdict(program, 56, [0x1000_0000]) == 0x0005_0001 && verdict(program, 56, [0x11]) == Self.allow)
    #expect(try verdict(program, 41, [40]) == 0x0005_0001 && verdict(program, 41, [2]) == Self.allow)
    #expect(try verdict(program, 135, [0x004_0000]) == 0x0005_0001 && verdict(program, 135, [0x2_0008]) == Self.allow)
    // The second time it is cached.
    #expect(try SeccompProgram.base64(filter) == SeccompProgram.base64(filter))
  }

  /// Every capability opens the calls that Docker opens with it, and no other.
  @Test(.enabled(if: HostFacts.isX86)) func capabilitiesOpenCalls() throws {
    let host = try HostFacts.read()
    let names = [
      "unshare", "setns", "keyctl", "ptrace", "pidfd_getfd", "mbind", "bpf", "syslog", "reboot", "chroot", "iopl",
    ]
    func open(_ capabilities: [String]) throws -> Set<String> {
      var filter = SeccompProfile.standard.filter(
        capabilities: capabilities, architecture: host.architecture, kernel: host.kernel)
      filter.architectures = ["SCMP_ARCH_X86_64"]
      let program = try #require(try SeccompProgram(filter))
      let numbers: [String: UInt32] = [
        "unshare": 272, "setns": 308, "keyctl": 250, "ptrace": 101, "pidfd_getfd": 438, "mbind": 237, "bpf": 321,
        "syslog": 103, "reboot": 169, "chroot": 161, "iopl": 172,
      ]
      return Set(try names.filter { try verdict(program, try #require(numbers[$0])) == Self.allow })
    }
    #expect(try open([]) == ["ptrace"])
    #expect(try open(["CAP_SYS_CHROOT"]) == ["ptrace", "chroot"])
    #expect(try open(["CAP_SYS_ADMIN"]) == ["ptrace", "unshare", "setns", "bpf", "syslog"])
    #expect(try open(["CAP_SYS_PTRACE"]) == ["ptrace", "pidfd_getfd"])
    #expect(try open(["CAP_SYS_NICE", "CAP_BPF", "CAP_SYS_BOOT"]) == ["ptrace", "mbind", "bpf", "reboot"])
    #expect(try open(["CAP_SYSLOG", "CAP_SYS_RAWIO"]) == ["ptrace", "syslog", "iopl"])
  }

  @Test func whatOnlyARuntimeCanHandleIsLeftToIt() throws {
    #expect(try SeccompProgram(filter([.init(names: ["read"], action: "SCMP_ACT_NOTIFY")])) == nil)
    var flagged = filter([])
    flagged.flags = ["SECCOMP_FILTER_FLAG_LOG"]
    #expect(try SeccompProgram(flagged) == nil)
  }

  @Test func wordsThatMeanNothingAreRefused() {
    #expect(throws: EngineError.self) {
      try SeccompProgram(filter([.init(names: ["read"], action: "SCMP_ACT_MAYBE")]))
    }
    let argument = OCISpecification.Seccomp.Argument(index: 0, value: 0, valueTwo: nil, op: "SCMP_CMP_SOME")
    #expect(throws: EngineError.self) {
      try SeccompProgram(filter([.init(names: ["read"], action: "SCMP_ACT_ALLOW", args: [argument])]))
    }
    var foreign = filter([])
    foreign.architectures = ["SCMP_ARCH_PDP11"]
    #expect(throws: EngineError.self) { try SeccompProgram(foreign) }
  }
}

extension HostFacts {
  fileprivate static let isX86: Bool = (try? HostFacts.read())?.architecture == "x86_64"
}

/// An interpreter for classic BPF over `struct seccomp_data` (linux/filter.h, seccomp(2)), with the instructions that
/// libseccomp emits.
private struct BPFInterpreter {
  struct Instruction {
    var code: UInt16
    var whenTrue: UInt8
    var whenFalse: UInt8
    var value: UInt32
  }

  enum Failure: Error { case unknown(UInt16), ranOff }

  let instructions: [Instruction]

  init(_ bytes: [UInt8]) {
    instructions = stride(from: 0, to: bytes.count - 7, by: 8).map { at in
      let value = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[at + 4 + $1]) << UInt32(8 * $1) }
      return Instruction(
        code: UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8, whenTrue: bytes[at + 2], whenFalse: bytes[at + 3],
        value: value)
    }
  }

  func run(call: UInt32, architecture: UInt32, arguments: [UInt64]) throws -> UInt32 {
    var words = [call, architecture, 0, 0]
    for index in 0..<6 {
      let argument = index < arguments.count ? arguments[index] : 0
      words += [UInt32(truncatingIfNeeded: argument), UInt32(truncatingIfNeeded: argument >> 32)]
    }
    var (accumulator, index) = (UInt32(0), 0)
    while index < instructions.count {
      let instruction = instructions[index]
      index += 1
      let holds: Bool
      switch instruction.code {
      case 0x20:
        accumulator = words[Int(instruction.value / 4)]
        continue
      case 0x54:
        accumulator &= instruction.value
        continue
      case 0x05:
        index += Int(instruction.value)
        continue
      case 0x06: return instruction.value
      case 0x15: holds = accumulator == instruction.value
      case 0x25: holds = accumulator > instruction.value
      case 0x35: holds = accumulator >= instruction.value
      case 0x45: holds = accumulator & instruction.value != 0
      default: throw Failure.unknown(instruction.code)
      }
      index += Int(holds ? instruction.whenTrue : instruction.whenFalse)
    }
    throw Failure.ranOff
  }
}
