import Addressing
import EngineAPI
import EngineModel
import Testing

@testable import causeway

struct ValueTests {
  @Test(arguments: [
    ("80", "80/tcp||"), ("8080:80", "80/tcp||8080"), ("127.0.0.1:8080:80/udp", "80/udp|127.0.0.1|8080"),
    ("127.0.0.1::80", "80/tcp|127.0.0.1|"), ("[::1]:80:81/tcp", "81/tcp|::1|80"), ("::1:80:81", "81/tcp|::1|80"),
    ("3000-3001:4000-4001", "4000/tcp||3000 4001/tcp||3001"), ("90-99:90", "90/tcp||90-99"),
    ("7000-7001", "7000/tcp|| 7001/tcp||"), ("0:80/sctp", "80/sctp||0"), ("80:80/TCP", "80/tcp||80"),
    ("target=80,published=8080,protocol=udp", "80/udp||8080"),
  ])
  func publications(_ text: String, _ expected: String) throws {
    let bindings = try PublishArgument(text).bindings
    #expect(bindings.map { "\($0.container)|\($0.hostAddress)|\($0.hostPort)" }.joined(separator: " ") == expected)
  }

  @Test(arguments: [
    ("abc", "invalid containerPort: abc"), ("70000:80", "invalid hostPort: 70000"), ("80:80/foo", "invalid proto: foo"),
    ("80-85:80-84", "invalid ranges specified for container and host Ports: 80-84 and 80-85"),
    ("1.2.3:80:80", "invalid IP address: 1.2.3"), ("8080:", "no port specified: 8080:<empty>"),
  ])
  func invalidPublications(_ text: String, _ message: String) {
    #expect(throws: UsageError.value(message)) { try PublishArgument(text) }
  }

  @Test(arguments: [
    ("64", 64), ("1k", 1024), ("512m", 536_870_912), ("1.5g", 1_610_612_736), ("2GiB", 2_147_483_648), ("10 kb", 10240),
  ])
  func sizes(_ text: String, _ bytes: Int64) { #expect(ByteSize(text)?.bytes == bytes) }

  @Test(arguments: ["", "m", "1x", "-1", "1mm", "1.2.3"])
  func invalidSizes(_ text: String) { #expect(ByteSize(text) == nil) }

  @Test(arguments: [
    ("0", 0), ("300ms", 300_000_000), ("1m30s", 90_000_000_000), ("1.5h", 5_400_000_000_000), ("-2s", -2_000_000_000),
  ])
  func durations(_ text: String, _ nanoseconds: Int64) { #expect(DurationText(text)?.nanoseconds == nanoseconds) }

  @Test(arguments: ["", "1", "s", "1x", "1m30"])
  func invalidDurations(_ text: String) { #expect(DurationText(text) == nil) }

  @Test func volumes() throws {
    func read(_ text: String) throws -> VolumeArgument {
      try VolumeArgument(text, workingDirectory: "/home/me")
    }
    #expect(try read("/data") == .anonymous("/data"))
    #expect(try read("name:/data:ro") == .bind("name:/data:ro"))
    #expect(try read("./a/../b:/data") == .bind("/home/me/b:/data"))
    #expect(try read(".:/data") == .bind("/home/me:/data"))
    #expect(throws: UsageError.self) { try read("") }
    #expect(throws: UsageError.self) { try read(":/data") }
  }

  @Test func mounts() throws {
    let mount = try MountArgument.parse(
      #"type=volume,src=v,dst=/d,ro,"volume-opt=o=a,b",volume-label=x=y"#, workingDirectory: "/")
    #expect(mount.kind == .volume && mount.source == "v" && mount.target == "/d" && mount.readOnly)
    #expect(mount.volumeDriverOptions == ["o": "a,b"] && mount.volumeLabels == ["x": "y"])
    let tmpfs = try MountArgument.parse("type=tmpfs,target=/t,tmpfs-size=1m,tmpfs-mode=1777", workingDirectory: "/")
    #expect(tmpfs.tmpfsSize == 1_048_576 && tmpfs.tmpfsMode == 0o1777)
    for text in ["type=bind,src=/x", "dst", "type=tmpfs,dst=/t,volume-nocopy", "dst=/x,foo=bar", "\"dst=/x"] {
      #expect(throws: UsageError.self) { try MountArgument.parse(text, workingDirectory: "/") }
    }
  }

  @Test func environments() throws {
    func known(_ name: String) -> String? { name == "HOME" ? "/root" : nil }
    let file = "# comment\nA=1\n\n  B=x y\nHOME\nNOPE\n"
    #expect(try EnvironmentFile.parse(file, file: "f", environment: known) == ["A=1", "B=x y", "HOME=/root"])
    #expect(throws: UsageError.self) { try EnvironmentFile.parse("A B=1", file: "f", environment: known) }
    #expect(
      try EnvironmentFile.variables(["A=1", "HOME", "NOPE"], environment: known) == ["A=1", "HOME=/root", "NOPE"])
    #expect(throws: UsageError.self) { try EnvironmentFile.variables(["=x"], environment: known) }
  }

  @Test func limits() throws {
    let limit = try UlimitArgument.parse("nofile=1024:2048")
    #expect(limit.soft == 1024 && limit.hard == 2048)
    #expect(try UlimitArgument.parse("core=unlimited").hard == -1)
    for text in ["nofile", "foo=1", "nofile=2:1", "nofile=a", "nofile=1:2:3", "nofile=-1:5"] {
      #expect(throws: UsageError.self) { try UlimitArgument.parse(text) }
    }
  }

  @Test func networks() throws {
    let network = try NetworkArgument("name=n,alias=a,alias=b,ip=192.0.2.5,gw-priority=-3,driver-opt=k=v")
    #expect(network.target == "n" && network.aliases == ["a", "b"] && network.ipv4 == "192.0.2.5")
    #expect(network.gatewayPriority == -3 && network.driverOptions == ["k": "v"])
    #expect(try NetworkArgument("container:web").target == "container:web")
    #expect(throws: UsageError.self) { try NetworkArgument("alias=x") }
  }

  @Test func detachKeys() throws {
    var scanner = DetachScanner(.standard)
    #expect(scanner.scan([97, 16]) == (passed: [97], detached: false))
    #expect(scanner.scan([98]) == (passed: [16, 98], detached: false))
    #expect(scanner.scan([16, 16, 17]) == (passed: [16], detached: true))
    #expect(try DetachKeys("ctrl-a,x").bytes == [1, 120])
    #expect(throws: UsageError.self) { try DetachKeys(argument: "foo") }
  }

  @Test(arguments: [
    ("2013-01-02T13:23:37Z", "1357133017.000000000"), ("1970-01-01", "0.000000000"),
    ("2024-02-29T12:00:00.5+01:00", "1709204400.500000000"), ("42m", "997480.000000000"), ("12345.6", "12345.6"),
  ])
  func timeArguments(_ text: String, _ seconds: String) throws {
    #expect(try TimeArgument.seconds(text, now: 1_000_000) == seconds)
  }
}
