import TestHosts
import Testing

/// An engine whose disk is full: what frees space works, and what needs space says so.
@Suite(.serialized, .bareHost) struct FullDiskTests {
  private func fill(_ host: TestHost) async throws {
    // Fills the rest in steps that become smaller, until not one byte is left.
    try await host.shell(
      """
      cd \(host.dataRoot)
      for size in 1M 4k 512 1; do dd if=/dev/zero bs=$size >>fill 2>/dev/null; done
      ! sh -c 'echo x >more' 2>/dev/null
      """
    ).succeeded()
  }

  @Test func commandsThatFreeSpaceWork() async throws {
    let host = try TestHost.shared
    try await host.shell("mkdir -p \(host.dataRoot) && mount -t tmpfs -o size=64m data \(host.dataRoot)").succeeded()
    try await host.startEngine()
    try await host.loadBusybox()
    try await host.docker("network", "create", "net").succeeded()
    try await host.docker("volume", "create", "unused").succeeded()
    for name in ["stopped", "pruned", "started", "removed"] {
      try await host.runIdle(name, "--network", "net", "-v", "\(name):/v")
    }
    try await host.docker("commit", "stopped", "derived").succeeded()
    try await host.docker("commit", "stopped", "other").succeeded()
    try await host.docker("stop", "-t", "0", "started", "pruned").succeeded()

    try await fill(host)
    // What needs much space fails, and says where and what to do.
    let failed = try await host.shell(
      "head -c 9000000 /dev/urandom >\(host.folder)/file && tar c -C \(host.folder) file | docker import -")
    #expect(failed.code != 0, "\(failed)")
    #expect(failed.stderr.contains("No space left on device") && failed.stderr.contains(host.dataRoot), "\(failed)")
    #expect(failed.stderr.contains("docker system prune"), "\(failed)")

    try await fill(host)
    try await host.docker("stop", "-t", "0", "stopped").succeeded()
    #expect(try await host.inspect("stopped", "{{.State.Status}}") == "exited")
    try await fill(host)
    try await host.docker("kill", "removed").succeeded()
    try await host.docker("rm", "-f", "removed").succeeded()
    try await fill(host)
    try await host.docker("volume", "rm", "unused").succeeded()
    try await fill(host)
    try await host.docker("rmi", "other").succeeded()

    // The engine starts on a full disk, and a prune frees what is left.
    try await fill(host)
    try await host.restartEngine(15)
    try await fill(host)
    try await host.restartEngine()
    try await fill(host)
    try await host.docker("rm", "started").succeeded()
    try await fill(host)
    let pruned = try await host.docker("system", "prune", "-af", "--volumes").succeeded()
    #expect(
      pruned.stdout.contains("Deleted Containers:") && pruned.stdout.contains("Deleted Networks:\nnet"), "\(pruned)")
    #expect(try await host.docker("ps", "-aq").succeeded().text == "")
    #expect(try await host.docker("images", "-q").succeeded().text == "")

    // With space, everything works again, and the reserve is taken again.
    try await host.shell("rm -f \(host.dataRoot)/fill").succeeded()
    try await host.loadBusybox()
    try await host.docker("run", "--rm", "busybox", "true").succeeded()
    #expect(try await host.shell("[ $(stat -c %s \(host.dataRoot)/space-reserve) -gt 1000000 ]").code == 0)
  }
}
