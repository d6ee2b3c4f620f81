import Addressing
import EngineModel
import Testing

@testable import Engine

@Suite struct FileTests {
  @Test func readsAResolverConfiguration() throws {
    let file = ResolverFile(
      """
      # written by hand
      domain example.org
      nameserver 192.0.2.53
      nameserver fe80::1%eth0 ; with a zone
      search a.example b.example
      options ndots:2 timeout:1
      """)
    #expect(file.servers.map { "\($0)" } == ["192.0.2.53", "fe80::1"])
    #expect(file.search == ["a.example", "b.example"])
    #expect(file.options == ["ndots:2", "timeout:1"])
  }

  private func choice(host: String, own: String = "", hasNames: Bool) -> ResolverChoice {
    ResolverChoice(
      own: ResolverFile(own), engine: ResolverFile(), host: ResolverFile(host), hasNames: hasNames)
  }

  @Test func withNamesOurResolverAnswers() {
    let choice = choice(host: "nameserver 192.0.2.53\nsearch a\noptions timeout:1", hasNames: true)
    #expect(choice.file.text == "nameserver 127.0.0.11\nsearch a\noptions timeout:1 ndots:0\n")
    #expect(choice.upstreams.map { "\($0)" } == ["192.0.2.53"] && !choice.areUpstreamsGiven)
  }

  @Test func onTheDefaultBridgeTheHostsServersAre() {
    let choice = choice(host: "nameserver 192.0.2.53", hasNames: false)
    #expect(!choice.isEmbedded && choice.file.text == "nameserver 192.0.2.53\n")
  }

  @Test func aServerOnTheHostsLoopbackIsAskedByUs() {
    let choice = choice(host: "nameserver 127.0.0.53", hasNames: false)
    #expect(choice.isEmbedded && choice.file.text == "nameserver 127.0.0.11\n")
    #expect(choice.upstreams.map { "\($0)" } == ["127.0.0.53"])
  }

  @Test func whatAPersonSaysComesFirst() {
    let choice = choice(host: "nameserver 127.0.0.53", own: "nameserver 203.0.113.5", hasNames: false)
    #expect(!choice.isEmbedded && choice.file.text == "nameserver 203.0.113.5\n" && choice.areUpstreamsGiven)
  }

  @Test(arguments: [
    ("db:192.0.2.7", "192.0.2.7"), ("db=192.0.2.7", "192.0.2.7"), ("six:2001:db8::1", "2001:db8::1"),
    ("six:[2001:db8::1]", "2001:db8::1"),
  ])
  func extraHosts(_ text: String, _ address: String) throws {
    #expect(try #require(HostAlias(text)).address == parsed(address, as: IPAddress.self))
  }

  @Test func extraHostsThatAreNone() throws {
    for text in ["db", ":192.0.2.7", "db:", "db:nowhere"] { #expect(HostAlias(text) == nil) }
    #expect(try #require(HostAlias("h:host-gateway")).address == nil)
  }

  @Test(arguments: [
    ("1700000000", 1_700_000_000_000_000_000), ("1700000000.5", 1_700_000_000_500_000_000),
    ("2023-11-14T22:13:20Z", 1_700_000_000_000_000_000), ("2023-11-14T23:13:20+01:00", 1_700_000_000_000_000_000),
    ("2023-11-14T22:13:20.000000001Z", 1_700_000_000_000_000_001), ("1970-01-02", 86_400_000_000_000),
    ("1h30m", 1_700_000_000_000_000_000 - 5_400_000_000_000),
  ])
  func times(_ text: String, _ nanoseconds: Int64) throws {
    let now = Timestamp(nanoseconds: 1_700_000_000_000_000_000)
    #expect(try #require(Timestamp(docker: text, now: now)).nanoseconds == nanoseconds)
  }

  @Test(arguments: ["", "yesterday", "2023-13-01", "10x", "1.2.3", "2023-11-14T25:00:00Z"])
  func noTimes(_ text: String) {
    #expect(Timestamp(docker: text, now: Timestamp(nanoseconds: 0)) == nil)
  }

  @Test func patterns() {
    #expect(GlobPattern("busy*").matches("busybox:latest"))
    #expect(GlobPattern("*/web:1.?").matches("me/web:1.2"))
    #expect(!GlobPattern("busy*").matches("busybox/x"))
    #expect(!GlobPattern("busybox").matches("busybox:latest"))
  }
}
