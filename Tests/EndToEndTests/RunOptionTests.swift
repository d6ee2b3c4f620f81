import TestHosts
import Testing

/// Each option of `docker run` works, or is refused with Docker's message.
@Suite(.serialized, .engineHost) struct RunOptionTests {
  struct Case: Sendable, CustomStringConvertible {
    var options: [String]
    var command: [String]
    var code: Int32
    var output: String
    var description: String { options.joined(separator: " ") }

    init(_ options: String, _ script: String = "true", code: Int32 = 0, _ output: String) {
      self.options = options.split(separator: " ").map(String.init)
      command = ["sh", "-c", script]
      self.code = code
      self.output = output
    }
  }

  static let honouredCases: [Case] = [
    Case("--oom-score-adj 300", "cat /proc/self/oom_score_adj", "300"),
    Case("--ulimit nofile=100:200", "ulimit -n; ulimit -Hn", "100\n200"),
    Case("--cap-drop ALL", "grep CapBnd /proc/self/status", "0000000000000000"),
    Case("--cap-drop ALL --cap-add CHOWN", "grep CapEff /proc/self/status", "0000000000000001"),
    Case("--security-opt seccomp=unconfined", "grep Seccomp: /proc/self/status", "\t0"),
    Case("--security-opt no-new-privileges", "grep NoNewPrivs /proc/self/status", "\t1"),
    Case("--security-opt apparmor=mine", "true", "WARNING: AppArmor is not enabled"),
    Case("--device /dev/null:/dev/mine", "ls -l /dev/mine", "crw"),
    Case("--device /dev/kmsg:/dev/mine:r", "echo x >/dev/mine", code: 1, "Operation not permitted"),
    Case("--read-only --tmpfs /t", "touch /t/x && ! touch /x", "Read-only file system"),
    Case("--tmpfs /t:size=1m,mode=700,exec", "grep ' /t ' /proc/mounts", "nosuid,nodev,relatime,size=1024k,mode=700"),
    Case("-u nobody", "id -un", "nobody"),
    Case("-u 12:34 --group-add 56", "id", "uid=12 gid=34"),
    Case("-h boxed --domainname example.org", "hostname -f", "boxed.example.org"),
    Case("--sysctl net.core.somaxconn=77", "cat /proc/sys/net/core/somaxconn", "77"),
    Case("--shm-size 10m", "grep /dev/shm /proc/mounts", "size=10240k"),
    Case("--ipc host", "grep -c ' /dev/mqueue ' /proc/mounts", "1"),
    Case("--ipc none", "ls -d /dev/shm", code: 1, "No such file"),
    Case("--pid host", "test $(ls /proc | grep -c '^[0-9]') -gt 3 && echo many", "many"),
    Case("--cgroupns private", "cut -d: -f3 /proc/self/cgroup | sort -u", "/"),
    Case("--init", "cat /proc/1/cmdline | tr '\\0' ' '", "/sbin/docker-init -- sh"),
    Case("--init --pid host", "echo ran", "ran"),
    Case("-w /made/new", "pwd", "/made/new"),
    Case("--add-host other:1.2.3.4", "grep other /etc/hosts", "1.2.3.4"),
    Case("--privileged", "touch /proc/sys/kernel/hostname && echo may", "may"),
    Case("--cgroup-parent /parent", "cat /proc/self/cgroup", "/parent/"),
    Case("--annotation a=b --label c=d --runtime runc --isolation default", "echo ran", "ran"),
    Case("--oom-kill-disable", "true", "no memory limit is set"),
  ]

  @Test(arguments: honouredCases)
  func honoured(_ one: Case) async throws {
    let host = try TestHost.shared
    let output = try await host.docker(["run", "--rm"] + one.options + ["busybox"] + one.command)
    #expect(output.code == one.code, "\(one): \(output)")
    #expect(output.all.contains(one.output), "\(one): \(output)")
  }

  static let refusedCases: [Case] = [
    Case("-m 1m", code: 125, "Minimum memory limit allowed is 6MB"),
    Case("--memory-swap 40m", code: 125, "You should always set the Memory limit when using Memoryswap limit"),
    Case("-m 32m --memory-swap 20m", code: 125, "Minimum memoryswap limit should be larger than memory limit"),
    Case("--memory-swappiness 101", code: 125, "emory swappiness range is 0-100"),
    Case("--cpus 4000", code: 125, "Range of CPUs is from 0.01 to"),
    Case("--cpu-period 500", code: 125, "CPU cfs period can not be less than 1ms"),
    Case("--cpuset-cpus 4000", code: 125, "Requested CPUs are not available"),
    Case("--ulimit nofile=300:200", code: 125, "ulimit soft limit must be less than or equal to hard limit"),
    Case("--oom-score-adj 3000", code: 125, "range for oom score adj is [-1000, 1000]"),
    Case("--cap-add fly", code: 125, "unknown capability"),
    Case("--security-opt foo=bar", code: 125, "invalid --security-opt"),
    Case("--device /dev/nonesuch", code: 127, "error gathering device information"),
    Case("--device-cgroup-rule bad", code: 125, "invalid"),
    Case("--tmpfs /t:bogus=1", code: 125, "invalid tmpfs option [\"bogus\" \"1\"]"),
    Case("-u nonesuch", code: 125, "unable to find user nonesuch: no matching entries in passwd file"),
    Case("--network host --sysctl net.core.somaxconn=7", code: 125, "not allowed in host network namespace"),
    Case("--pid foo", code: 125, "PID mode"),
    Case("--ipc container:nonesuch", code: 125, "No such container: nonesuch"),
    Case("--uts host -h name", code: 125, "conflicting options: hostname and the UTS mode"),
    Case("--stop-signal SIGFOO", code: 125, "invalid signal: SIGFOO"),
    Case("--storage-opt size=10m", code: 125, "--storage-opt is supported only for overlay over xfs"),
    Case("--runtime foo", code: 125, "unknown or invalid runtime name: foo"),
    Case("--gpus all", code: 125, "could not select device driver \"\" with capabilities: [[gpu]]"),
    Case("--isolation hyperv", code: 125, "linux only supports 'default'"),
    Case("--log-opt max-size=abc", code: 125, "invalid size: 'abc'"),
    Case("-w relative", code: 125, "the working directory 'relative' is invalid, it needs to be an absolute path"),
    Case("--health-cmd true --health-interval 1us", code: 125, "cannot be less than 1ms"),
  ]

  @Test(arguments: refusedCases)
  func refused(_ one: Case) async throws {
    let host = try TestHost.shared
    let output = try await host.docker(["run", "--rm"] + one.options + ["busybox"] + one.command)
    #expect(output.code == one.code, "\(one): \(output)")
    #expect(output.stderr.contains(one.output), "\(one): \(output)")
    #expect(try await host.docker("ps", "-aq").lines.isEmpty)
  }

  @Test func namespacesOfOtherContainers() async throws {
    let host = try TestHost.shared
    let name = try await host.shell("hostname").text
    #expect(try await host.docker("run", "--rm", "--uts", "host", "busybox", "hostname").text == name)
    try await host.runIdle("giver", "--ipc", "shareable")
    try await host.exec("giver", "touch", "/dev/shm/shared").succeeded()
    let joined = try await host.docker(
      "run", "--rm", "--ipc", "container:giver", "--pid", "container:giver", "busybox", "sh", "-c",
      "ls /dev/shm; cat /proc/1/cmdline | tr '\\0' ' '")
    #expect(joined.stdout.hasPrefix("shared\nsh -c trap"), "\(joined)")
    try await host.runIdle("keeper")
    let refused = try await host.docker("run", "--rm", "--ipc", "container:keeper", "busybox", "true")
    #expect(refused.code == 125 && refused.stderr.contains("non-shareable IPC"), "\(refused)")
    try await host.docker("stop", "-t", "5", "giver").succeeded()
    let late = try await host.docker("run", "--rm", "--pid", "container:giver", "busybox", "true")
    #expect(late.code == 125 && late.stderr.contains("non running container"), "\(late)")
    try await host.docker("rm", "-f", "giver", "keeper").succeeded()
  }

  @Test func filesNamedOnTheCommandLine() async throws {
    let host = try TestHost.shared
    let folder = host.folder
    try await host.shell(
      "printf 'A=1\\n# no\\nB=two words\\n' >\(folder)/env; printf 'l1=x\\nl2\\n' >\(folder)/labels; "
        + "echo '{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"mkdir\",\"mkdirat\"],"
        + "\"action\":\"SCMP_ACT_ERRNO\"}]}' >\(folder)/seccomp.json"
    ).succeeded()
    let output = try await host.docker(
      "run", "--name", "filed", "--env-file", "\(folder)/env", "--label-file", "\(folder)/labels", "--cidfile",
      "\(folder)/cid", "busybox", "sh", "-c", "echo $A,$B")
    #expect(output.stdout == "1,two words\n", "\(output)")
    #expect(try await host.inspect("filed", "{{json .Config.Labels}}") == #"{"l1":"x"}"#)
    let id = try await host.inspect("filed", "{{.Id}}")
    #expect(try await host.shell("cat \(folder)/cid").text == id)
    try await host.docker("rm", "filed").succeeded()
    let forbidden = try await host.docker(
      "run", "--rm", "--security-opt", "seccomp=\(folder)/seccomp.json", "busybox", "mkdir", "/x")
    #expect(forbidden.code == 1 && forbidden.stderr.contains("Operation not permitted"), "\(forbidden)")
  }
}
