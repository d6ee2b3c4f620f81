import Kernel
import TestHosts
import Testing

@Suite struct TestHostTests {
  @Test(.bareHost) func theThreePlacesReachEachOtherAsDrawn() async throws {
    let host = try TestHost.shared
    #expect(try await host.run(["busybox", "ping", "-c1", "-W2", TestHost.outsideAddress]).code == 0)
    #expect(try await host.run(["busybox", "ping", "-c1", "-W2", TestHost.address6], in: .outside).code == 0)
    #expect(try await host.run(["busybox", "ping", "-c1", "-W2", "198.51.100.1"], in: .neighbour).code == 0)
  }

  @Test(.bareHost) func aHostSeesOnlyItselfAndKeepsControlGroups() async throws {
    let host = try TestHost.shared
    let links = try await host.shell("ip -o link | sed -E 's/^[0-9]+: ([^:@]+).*/\\1/' | sort")
    #expect(links.lines == ["eth0", "eth1", "lo"])
    #expect(try await host.shell("ls /sys/class/net").text.split(whereSeparator: \.isWhitespace).count == 3)
    #expect(try await host.shell("ls /sys/fs/cgroup | wc -l").text != "0")
    #expect(try await host.shell("readlink /proc/self").succeeded().text.isEmpty == false)
  }

  @Test func closingEndsWhatRunsInside() async throws {
    let host = try await TestHost.make()
    _ = try await host.shell("setsid sleep 4242 >/dev/null 2>&1 </dev/null & disown")
    let marker = host.folder
    #expect(try await host.shell("pgrep -f '[s]leep 4242' | wc -l").text == "1")
    await host.close()
    let left = try await Tool("sh").run(["-c", "ps ax -o args | grep -c '[s]leep 4242'; ls -d \(marker) 2>&1"])
    #expect(left.stdoutText.hasPrefix("0\n"))
    #expect(left.stdoutText.contains("No such file") || left.stderrText.contains("No such file"))
  }

  @Test(.bareHost) func orphansAreReaped() async throws {
    let host = try TestHost.shared
    _ = try await host.shell("(setsid sh -c 'sleep 0.05' &) ; true")
    try await waitUntil("the orphan's end", for: .seconds(5)) {
      try await host.shell("ps -e -o stat,args | grep -c '^Z'; true").text == "0"
    }
  }

  @Test(.bareHost) func aCommandThatHangsIsKilled() async throws {
    let host = try TestHost.shared
    await #expect(throws: TimedOut.self) {
      try await host.run(["sleep", "100"], timeout: .milliseconds(200))
    }
  }

  @Test(.bareHost) func inputReachesACommand() async throws {
    let host = try TestHost.shared
    #expect(try await host.run(["cat"], stdin: "a\nb").stdout == "a\nb")
    #expect(try await host.run(["sh", "-c", "exit 7"]).code == 7)
    #expect(try await host.run(["sh", "-c", "kill -TERM $$"]).code == 143)
  }

  @Test(.bareHost) func datagramsAreAnsweredAcrossTheWire() async throws {
    let host = try TestHost.shared
    let service = try await UDPService(in: host.namespace(of: .outside), port: 9000) { $0 + Array("!".utf8) }
    defer { service.stop() }
    let from = try await host.namespace()
    #expect(try await UDPService.exchange(from: from, to: TestHost.outsideAddress, port: 9000, "hi") == "hi!")
    #expect(
      try await UDPService.exchange(
        from: from, to: TestHost.outsideAddress, port: 9001, "hi", timeout: .milliseconds(200)) == nil)
  }

  @Test(.bareHost) func theOutsideHasANameServer() async throws {
    let host = try TestHost.shared
    let server = try await UpstreamNameServer(
      in: host.namespace(of: .outside), names: ["www.example.com": [192, 0, 2, 80]])
    defer { server.stop() }
    let known = try await host.run(["dig", "+short", "+tries=1", "www.example.com"])
    #expect(known.text == "192.0.2.80")
    let unknown = try await host.run(["dig", "+tries=1", "nothing.example.com"])
    #expect(unknown.stdout.contains("NXDOMAIN"))
  }

  @Test(.bareHost) func aSnapshotShowsWhatIsNew() async throws {
    let host = try TestHost.shared
    let before = try await host.snapshot()
    #expect(try await host.snapshot() == before)
    try await host.shell("ip link add left0 type bridge && nft add table inet left").succeeded()
    let extra = try await host.snapshot().extra(since: before)
    #expect(extra.contains("link left0"))
    #expect(extra.contains { $0.hasPrefix("nft table inet left") })
  }
}
