import Glibc
import TestHosts
import Testing

/// Which system calls a container may make. The expectations are those of Docker 28's default profile.
@Suite(.serialized, .engineHost) struct SystemCallTests {
  /// EPERM without the capability that opens the call; the others never open.
  private static let byCapability: [String: [String]] = [
    "SYS_ADMIN": [
      "unshare", "unshare_user", "clone_user", "clone_mount", "setns", "mount", "umount2", "fsopen", "fsconfig",
      "fsmount",
      "fspick", "move_mount", "open_tree", "mount_setattr", "bpf", "perf_event_open", "fanotify_init", "quotactl",
      "sethostname", "setdomainname", "syslog",
    ],
    "DAC_READ_SEARCH": ["open_by_handle_at"], "SYS_PTRACE": ["pidfd_getfd", "kcmp", "process_madvise"],
    "SYS_NICE": ["mbind", "set_mempolicy", "get_mempolicy"], "SYS_BOOT": ["reboot"],
    "SYS_MODULE": ["init_module", "finit_module", "delete_module"], "SYS_RAWIO": ["iopl", "ioperm"],
    "SYS_PACCT": ["acct"], "SYS_TIME": ["settimeofday", "clock_settime"], "SYS_TTY_CONFIG": ["vhangup"],
  ]
  private static let never = [
    "keyctl", "add_key", "request_key", "pivot_root", "migrate_pages", "move_pages", "userfaultfd", "io_uring_setup",
    "io_uring_enter", "io_uring_register", "swapon", "swapoff", "kexec_load", "personality_no_randomize",
    "socket_vsock",
  ]
  private static let always = [
    "clone", "personality_query", "socket_unix", "socket_packet", "chroot", "ptrace", "process_vm_readv",
    "name_to_handle_at", "memfd_create", "pidfd_open", "seccomp", "fsync", "openat2", "statx", "adjtimex",
  ]

  /// Compiles the probes.
  private func program(_ host: TestHost) async throws -> String {
    let program = "\(host.folder)/probes"
    try await host.run(
      ["cc", "-static", "-o", program, "\(Binaries.package)/Tests/Support/Probes/system-calls.c"]
    ).succeeded()
    return program
  }

  private func errors(_ host: TestHost, _ options: String...) async throws -> [String: String] {
    let program = try await program(host)
    let output = try await host.docker(
      ["run", "--rm", "-v", "\(program):/probes:ro"] + options + ["busybox", "/probes"]
    ).succeeded()
    var result: [String: String] = [:]
    for line in output.lines {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      if words.count == 2 { result[words[0]] = words[1] }
    }
    return result
  }

  @Test func theDefaultProfile() async throws {
    let host = try TestHost.shared
    let found = try await errors(host)
    #expect(found.count >= 60)
    for name in Self.never + Self.byCapability.values.flatMap({ $0 }) {
      #expect(found[name] == "\(EPERM)", "\(name): \(found[name] ?? "nothing")")
    }
    for name in Self.always {
      #expect(found[name].map { $0 != "\(EPERM)" && $0 != "\(ENOSYS)" } == true, "\(name): \(found[name] ?? "nothing")")
    }
    #expect(found["clone3"] == "\(ENOSYS)" && found["listmount"] == "\(ENOSYS)", "\(found)")
  }

  @Test func capabilitiesOpenTheirCalls() async throws {
    let host = try TestHost.shared
    for (capability, calls) in Self.byCapability {
      let with = try await errors(host, "--cap-add", capability)
      let unfiltered = try await errors(host, "--cap-add", capability, "--security-opt", "seccomp=unconfined")
      for name in calls { #expect(with[name] == unfiltered[name], "\(capability) \(name)") }
      for name in Self.never { #expect(with[name] == "\(EPERM)", "\(capability) \(name)") }
    }
  }

  @Test func aContainerHasASessionKeyringOfItsOwn() async throws {
    let host = try TestHost.shared
    let program = try await program(host)
    for name in ["one", "two"] {
      try await host.runIdle(name, "--security-opt", "seccomp=unconfined", "-v", "\(program):/probes:ro")
    }
    let own = try await host.run([program, "keyring"]).succeeded().text
    var all: [String: String] = ["host": own]
    for name in ["one", "two"] {
      let first = try await host.docker(
        "run", "--rm", "--security-opt", "seccomp=unconfined", "-v", "\(program):/probes:ro", "busybox", "/probes",
        "keyring"
      ).succeeded().text
      all["first \(name)"] = first
      all[name] = try await host.exec(name, "/probes", "keyring").succeeded().text
    }
    #expect(!all.values.contains("-1"), "\(all)")
    #expect(Set(all.values).count == all.count, "\(all)")
    try await host.removeEverything()
  }
}
