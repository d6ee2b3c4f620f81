import Addressing
import Engine
import EngineServer
import EngineSettings
import Logging
import NetworkPlan
import Testing
import TransportSecurity

@testable import causewayd

@Suite struct DaemonConfigurationTests {
  private func configuration(_ arguments: String...) throws -> DaemonConfiguration {
    try DaemonConfiguration(try FlagParser.parse(arguments))
  }

  @Test func everyWayToWriteAFlagIsUnderstood() throws {
    let settings = try FlagParser.parse([
      "--data-root", "/d", "--exec-root=/e", "-H", "unix:///a", "-Htcp://:1", "-DG", "grp", "--icc=false", "-p=/p",
    ])
    #expect(
      settings == [
        "data-root": ["/d"], "exec-root": ["/e"], "host": ["unix:///a", "tcp://:1"], "debug": ["true"],
        "group": ["grp"], "icc": ["false"], "pidfile": ["/p"],
      ])
  }

  @Test(arguments: [
    (["--nope"], "unknown flag: --nope"), (["-Z"], "unknown shorthand flag: 'Z'"),
    (["--data-root"], "flag needs an argument: --data-root"), (["-H"], "flag needs an argument: 'H' in -H"),
    (["serve"], "\"causewayd\" accepts no arguments: serve. See 'causewayd --help'."),
    (["--icc=maybe"], "invalid argument \"maybe\" for \"--icc\" flag: it is neither true nor false"),
  ])
  func wrongFlagsAreTold(_ arguments: [String], _ message: String) {
    #expect(throws: UsageError(message)) { try FlagParser.parse(arguments) }
  }

  @Test func whatIsSetReachesTheEngine() throws {
    let made = try configuration(
      "--data-root", "/d", "--exec-root", "/e", "--bip", "192.168.77.1/24", "--mtu", "1400", "--dns", "192.0.2.53",
      "--dns", "2001:db8::53", "--dns-search", "example.test", "--default-address-pool", "base=10.9.0.0/16,size=24",
      "--icc=false", "--label", "a=b", "--default-network-opt", "bridge=com.docker.network.driver.mtu=1300")
    #expect(made.engine.defaultNetworkOptions == ["bridge": ["com.docker.network.driver.mtu": "1300"]])
    #expect(made.engine.dataRoot == "/d")
    #expect(made.pidFile == "/e/causewayd.pid")
    #expect(made.engine.defaultBridgeAddress == InterfaceAddress("192.168.77.1/24"))
    #expect(made.engine.mtu == 1400)
    #expect(made.engine.dnsServers.map(\.description) == ["192.0.2.53", "2001:db8::53"])
    #expect(made.engine.addressPools.map(\.base.description) == ["10.9.0.0/16"])
    #expect(!made.engine.isICCEnabled)
    #expect(made.hosts == [.unix(path: "/run/causeway.sock")])
  }

  @Test func theDefaultNetworkMayBeLeftOut() throws {
    #expect(try configuration("--bridge", "br0").engine.defaultBridge?.rawValue == "br0")
    let without = try configuration("--bridge", "none").engine
    #expect(!without.hasDefaultNetwork && without.defaultBridge == nil)
    #expect(try configuration().engine.hasDefaultNetwork)
  }

  @Test(arguments: [
    ["--bip", "192.168.77.0/24"], ["--bip", "nope"], ["--mtu", "10"], ["--mtu", "x"], ["--dns", "dns.example"],
    ["--default-address-pool", "base=10.0.0.0/16"], ["--default-address-pool", "base=10.0.0.0/16,size=8"],
    ["--default-address-pool", "base=10.0.0.0/16,size=24,color=red"], ["--data-root", "relative"],
    ["--log-level", "loud"], ["-H", "http://x"], ["--label", "novalue"], ["--default-runtime", "none-such"],
    ["--dns-search", "a b"], ["--tlscert", "/c.pem"], ["--tlskey", "/k.pem"], ["--iptables=false"],
    ["-b", "a/b"], ["-b", "br0", "--bip", "192.0.2.1/24"],
    ["--live-restore=false"],
    ["--storage-driver", "btrfs"],
  ])
  func whatCannotBeIsRefused(_ arguments: [String]) throws {
    let settings = try FlagParser.parse(arguments)
    #expect(throws: UsageError.self) { try DaemonConfiguration(settings) }
  }

  @Test func tlsNamesItsFilesAndItsPort() throws {
    let verified = try configuration("--tlsverify", "--tlscert", "/c.pem", "-H", "tcp://")
    #expect(
      verified.tls
        == TLSFiles(authority: "/etc/causeway/ca.pem", certificate: "/c.pem", key: "/etc/causeway/key.pem"))
    #expect(verified.hosts == [.tcp(host: "localhost", port: 2376)])
    // Without verification nobody is asked for a certificate, whatever authority is named.
    #expect(try configuration("--tls", "--tlscacert", "/ca.pem").tls?.authority == nil)
    #expect(try configuration("--tls=false", "--tlscert", "/c.pem").tls == nil)
    #expect(try configuration("-H", "tcp://").hosts == [.tcp(host: "localhost", port: 2375)])
  }

  @Test func theFileHasTheSameKeys() throws {
    let text = #"""
      {"hosts":["unix:///x.sock"],"debug":true,"mtu":1400,"data-root":"/d",
       "default-address-pools":[{"base":"10.9.0.0/16","size":24}],"runtimes":{"mine":{"path":"/bin/mine"}},
       "tls":false,"userland-proxy":false,"dns":["192.0.2.53"],"live-restore":true}
      """#
    let made = try DaemonConfiguration(try ConfigurationFile.settings(Array(text.utf8), path: "f"))
    #expect(made.hosts == [.unix(path: "/x.sock")])
    #expect(made.logLevel == .debug)
    #expect(made.engine.mtu == 1400)
    #expect(made.engine.addressPools.map(\.size) == [24])
    #expect(made.engine.runtimes["mine"] == "/bin/mine")
  }

  @Test(arguments: [
    (#"{"nope":1}"#, "nope: the following directives don't match any configuration option"),
    (#"{"bip":1"#, "(file): unexpected end of JSON input"), ("[]", "(file): it is not a JSON object"),
    (#"{"debug":"yes"}"#, #"debug: expected true or false, found "yes""#),
    (#"{"dns":"192.0.2.1"}"#, #"dns: expected a list, found "192.0.2.1""#),
    (#"{"dns":["192.0.2.1","here"]}"#, #"dns[1]: expected an IP address, found "here""#),
    (#"{"mtu":"1400x"}"#, #"mtu: expected 0 or a number from 68 to 65535, found "1400x""#),
    (#"{"mtu":true}"#, "mtu: expected a number, found true"),
    (
      #"{"default-address-pools":["10.0.0.0/8"]}"#,
      #"default-address-pools[0]: expected {"base": CIDR, "size": LENGTH}, found "10.0.0.0/8""#
    ),
    (
      #"{"default-address-pools":[{"base":"10.0.0.0/16","size":24},{"base":"10.1.0.0/16","size":8}]}"#,
      "default-address-pools[1]: expected a size from 16 to 32, the base being 10.1.0.0/16, found "
        + #""base=10.1.0.0/16,size=8""#
    ),
    (
      #"{"default-address-pools":[{"base":"10.0.0.0/8","size":24},{"base":"10.1.0.0/16","size":24}]}"#,
      "default-address-pools[1]: the base 10.1.0.0/16 overlaps 10.0.0.0/8 of another pool"
    ),
    (
      #"{"default-address-pools":[{"base":"10.0.0.0/8","size":"24"}]}"#,
      #"default-address-pools[0].size: expected a number, found "24""#
    ),
    (
      #"{"bip":"10.5.0.1/24","fixed-cidr":"10.6.0.0/25"}"#,
      "fixed-cidr: the range 10.6.0.0/25 does not lie within the bridge's subnet 10.5.0.0/24"
    ),
    (#"{"fixed-cidr-v6":"fd00::/64"}"#, "fixed-cidr-v6: it is of no use without ipv6"),
    (
      #"{"ipv6":true,"fixed-cidr-v6":"10.0.0.0/8"}"#,
      #"fixed-cidr-v6: expected an IPv6 subnet in CIDR notation, found "10.0.0.0/8""#
    ),
    (
      #"{"default-network-opts":{"bridge":{"com.docker.network.driver.mtu":1400}}}"#,
      "default-network-opts.bridge.com.docker.network.driver.mtu: expected a string, found 1400"
    ),
    (
      #"{"default-network-opts":{"bridge":{"com.docker.network.bridge.enable_icc":"so"}}}"#,
      "default-network-opts.bridge.com.docker.network.bridge.enable_icc: expected a value that the driver takes (failed "
        + #"to parse com.docker.network.bridge.enable_icc value: so (strconv.ParseBool: parsing "so": invalid syntax)), "#
        + #"found "bridge=com.docker.network.bridge.enable_icc=so""#
    ),
    (
      #"{"log-level":"loud","hosts":["http://x"],"labels":["a"]}"#,
      #"hosts[0]: expected unix://PATH, tcp://ADDRESS:PORT or fd://, found "http://x"; log-level: expected one of trace, "#
        + #"debug, info, warn, warning, error, fatal, panic, found "loud"; labels[0]: expected key=value, found "a""#
    ),
  ])
  func whatTheFileHasWrongIsTold(_ text: String, _ why: String) {
    #expect(throws: UsageError("unable to configure the engine with file f: \(why)")) {
      try ConfigurationFile.settings(Array(text.utf8), path: "f")
    }
  }

  @Test func aSettingInBothPlacesIsAnError() throws {
    #expect(
      throws: UsageError(
        "unable to configure the engine with file f: the following directives are specified both as a flag and in the "
          + "configuration file: hosts: (from flag: unix:///a, from file: unix:///b)")
    ) {
      try ConfigurationFile.merge(flags: ["host": ["unix:///a"]], file: ["host": ["unix:///b"]], path: "f")
    }
    let merged = try ConfigurationFile.merge(flags: ["mtu": ["1"]], file: ["bip": ["x"]], path: "f")
    #expect(merged == ["mtu": ["1"], "bip": ["x"]])
  }

  @Test func whatContainersHaveUnlessToldOtherwise() throws {
    let file = """
      {"log-driver": "local", "log-opts": {"max-size": "5m"}, "init": true, "default-shm-size": "1g",
       "default-ulimits": {"nofile": {"Name": "nofile", "Soft": 10, "Hard": 20}}}
      """
    let made = try DaemonConfiguration(try ConfigurationFile.settings(Array(file.utf8), path: "f")).engine
    let flags = try configuration(
      "--log-driver", "local", "--log-opt", "max-size=5m", "--init", "--default-shm-size", "1g", "--default-ulimit",
      "nofile=10:20")
    #expect(made.containerDefaults == flags.engine.containerDefaults)
    #expect(made.containerDefaults.shmSize == 1 << 30 && made.containerDefaults.usesInit)
    for wrong in [
      ["--log-driver", "syslog"], ["--log-opt", "wings=2"], ["--log-opt", "x"], ["--default-ulimit", "nofile"],
      ["--default-ulimit", "nofile=9:1"], ["--default-shm-size", "big"],
    ] {
      #expect(throws: UsageError.self) { try DaemonConfiguration(try FlagParser.parse(wrong)) }
    }
  }

  @Test func noOptionIsThereTwice() {
    let names = Option.all.map(\.name)
    #expect(Set(names).count == names.count)
    let letters = Option.all.compactMap(\.short)
    #expect(Set(letters).count == letters.count)
    let keys = Option.all.compactMap(\.key)
    #expect(Set(keys).count == keys.count)
    for name in names { #expect(HelpText.usage.contains("--\(name)")) }
  }
}
