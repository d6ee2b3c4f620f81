import Addressing
import Glibc
import Kernel
import NetworkPlan
import TestHosts
import Testing

@Suite struct NamespaceTests {
  @Test func aNamespaceLastsUntilItIsDeleted() async throws {
    try await withScratchFolder { folder in
      let sandboxes = SandboxDirectory("\(folder)/netns")
      try await onDedicatedThread("test") {
        let made = try sandboxes.create("one")
        #expect(try sandboxes.list() == ["one"])
        #expect(try made.identity() == sandboxes.open("one").identity())
        #expect(try made.identity() != NetworkNamespace.current().identity())
        let twice = #expect(throws: SystemCallError.self) { try sandboxes.create("one") }
        #expect(twice?.errno == EEXIST)
        #expect(try sandboxes.delete("one"))
        #expect(try !sandboxes.delete("one"))
        #expect(try sandboxes.list() == [])
      }
    }
  }

  @Test func aFileLeftByACrashIsTakenOver() async throws {
    try await withScratchFolder { folder in
      let sandboxes = SandboxDirectory(folder)
      try await onDedicatedThread("test") {
        _ = try OwnedDescriptor(path: sandboxes.file("half"), flags: O_CREAT | O_WRONLY)
        let none = #expect(throws: SystemCallError.self) { try sandboxes.open("half") }
        #expect(none?.errno == EINVAL)
        try sandboxes.create("half")
        _ = try sandboxes.open("half")
        try sandboxes.delete("half")
      }
    }
  }

  @Test func aHostWithoutAnyRouteCanBeRead() async throws {
    try await withTestHost { host in
      let network = try await KernelObserver(host.executor).hostNetwork(probing: [])
      #expect(network.links.count == 1)
    }
  }

  @Test func settingsAreThoseOfTheNamespaceVisited() async throws {
    try await withScratchFolder { folder in
      let sandboxes = SandboxDirectory(folder)
      try await onDedicatedThread("test") {
        try sandboxes.create("a")
        try sandboxes.create("b")
      }
      let key = "net/ipv4/ip_unprivileged_port_start"
      try await sandboxes.open("a").run { try SysctlFiles().write(key, "17") }
      #expect(try await sandboxes.open("a").run { try SysctlFiles().read(key) } == "17")
      #expect(try await sandboxes.open("b").run { try SysctlFiles().read(key) } == "1024")
      // A socket opened inside works from any thread.
      let ready = try await sandboxes.open("a").run {
        let settings = SysctlFiles()
        try settings.prepare(for: key)
        return settings
      }
      #expect(try ready.read(key) == "17")
      try ready.write(key, "18")
      #expect(try await sandboxes.open("a").run { try SysctlFiles().read(key) } == "18")
      let error = await #expect(throws: SystemCallError.self) {
        try await sandboxes.open("a").run { try SysctlFiles().write("net/ipv4/no_such", "1") }
      }
      #expect(error?.errno == ENOENT)
      #expect(error?.subject == "/proc/sys/net/ipv4/no_such")
    }
  }

  @Test func aSocketStaysInTheNamespaceItWasOpenedIn() async throws {
    try await withScratchFolder { folder in
      let sandboxes = SandboxDirectory(folder)
      let namespace = try await onDedicatedThread("test") { try sandboxes.create("a") }
      // Only the loopback is up: a documentation address is unreachable.
      #expect(try await connectError(from: namespace, to: .v4(.loopback)) == ECONNREFUSED)
      #expect(
        try await connectError(from: namespace, to: .v4(IPv4Address(192, 0, 2, 1))) == ENETUNREACH)
    }
  }
}
