import JSON
import Addressing
import EngineAPI
import EngineModel
import Testing

@Suite struct ContainerCreateTests {
  private func body(_ text: String) throws -> Wire.ContainerCreateBody {
    try JSONDecoding.decode(Wire.ContainerCreateBody.self, from: Array(text.utf8))
  }

  private func message(_ text: String) -> (EngineError.Code, String)? {
    do {
      _ = try body(text).parts()
      return nil
    } catch let error as EngineError {
      return (error.code, error.message)
    } catch {
      return nil
    }
  }

  @Test func whatTheCommandLineSendsIsUnderstood() throws {
    // The shape of `docker run -d --name web -p 8080:80 -e A=b -v /srv:/data:ro --network front --network-alias w
    // --restart on-failure:3 --memory 64m busybox httpd -f`.
    let parts = try body(
      #"""
      {"Hostname":"","Domainname":"","User":"","AttachStdin":false,"AttachStdout":false,"AttachStderr":false,
       "ExposedPorts":{"80/tcp":{}},"Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":["A=b"],
       "Cmd":["httpd","-f"],"Image":"busybox","Volumes":{},"WorkingDir":"","Entrypoint":null,"OnBuild":null,
       "Labels":{"k":"v"},
       "HostConfig":{"Binds":["/srv:/data:ro"],"ContainerIDFile":"","LogConfig":{"Type":"","Config":{}},
         "NetworkMode":"front","PortBindings":{"80/tcp":[{"HostIp":"","HostPort":"8080"}]},
         "RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3},"AutoRemove":false,"VolumeDriver":"",
         "VolumesFrom":null,"ConsoleSize":[24,80],"CapAdd":null,"CapDrop":null,"CgroupnsMode":"","Dns":[],
         "DnsOptions":[],"DnsSearch":[],"ExtraHosts":null,"GroupAdd":null,"IpcMode":"","Cgroup":"","Links":null,
         "OomScoreAdj":0,"PidMode":"","Privileged":false,"PublishAllPorts":false,"ReadonlyRootfs":false,
         "SecurityOpt":null,"UTSMode":"","UsernsMode":"","ShmSize":0,"Isolation":"","CpuShares":0,"Memory":67108864,
         "NanoCpus":0,"CgroupParent":"","BlkioWeight":0,"BlkioWeightDevice":[],"BlkioDeviceReadBps":[],
         "BlkioDeviceWriteBps":[],"BlkioDeviceReadIOps":[],"BlkioDeviceWriteIOps":[],"CpuPeriod":0,"CpuQuota":0,
         "CpuRealtimePeriod":0,"CpuRealtimeRuntime":0,"CpusetCpus":"","CpusetMems":"","Devices":[],
         "DeviceCgroupRules":null,"DeviceRequests":null,"MemoryReservation":0,"MemorySwap":0,"MemorySwappiness":-1,
         "OomKillDisable":false,"PidsLimit":0,"Ulimits":[],"CpuCount":0,"CpuPercent":0,"IOMaximumIOps":0,
         "IOMaximumBandwidth":0,"MaskedPaths":null,"ReadonlyPaths":null},
       "NetworkingConfig":{"EndpointsConfig":{"front":{"IPAMConfig":{"IPv4Address":"172.30.0.9"},"Links":null,
         "Aliases":["w"],"MacAddress":"","DriverOpts":null,"GwPriority":0,"NetworkID":"","EndpointID":"",
         "Gateway":"","IPAddress":"","IPPrefixLen":0,"IPv6Gateway":"","GlobalIPv6Address":"",
         "GlobalIPv6PrefixLen":0,"DNSNames":null}}}}
      """#
    ).parts()
    #expect(parts.configuration.command == ["httpd", "-f"])
    #expect(parts.configuration.entrypoint == nil)
    #expect(parts.configuration.environment == ["A=b"])
    #expect(parts.configuration.exposedPorts == [TransportPort(80, .tcp)])
    #expect(parts.host.networkMode == .network("front"))
    #expect(parts.host.portBindings == [TransportPort(80, .tcp): [PortBinding(hostPorts: PortRange("8080"))]])
    #expect(parts.host.restartPolicy == RestartPolicy(name: .onFailure, maximumRetryCount: 3))
    #expect(parts.host.binds == ["/srv:/data:ro"])
    #expect(parts.host.resources.memory == 64 << 20)
    #expect(parts.host.resources.memorySwappiness == nil)
    #expect(parts.host.resources.pidsLimit == nil)
    #expect(parts.endpoints["front"]?.aliases == ["w"])
    #expect(parts.endpoints["front"]?.ipv4 == IPv4Address(172, 30, 0, 9))
  }

  @Test func nothingOfTheCommandLineIsUnknown() throws {
    let text =
      #"{"Image":"a","HostConfig":{"Memory":0,"Nonsense":1},"NetworkingConfig":{"EndpointsConfig":{}},"Typo":"x"}"#
    let (_, unknown) = try JSONDecoding.decodeStrictly(Wire.ContainerCreateBody.self, from: Array(text.utf8))
    #expect(Set(unknown) == ["Typo", "HostConfig.Nonsense"])
  }

  @Test func aPortWithoutBindingIsExposedOnly() throws {
    let parts = try body(#"{"HostConfig":{"PortBindings":{"80/tcp":null,"53/udp":[{"HostPort":"0"}]}}}"#).parts()
    #expect(parts.host.portBindings[TransportPort(80, .tcp)] == [])
    #expect(parts.host.portBindings[TransportPort(53, .udp)] == [PortBinding()])
    #expect(parts.configuration.exposedPorts == [TransportPort(80, .tcp), TransportPort(53, .udp)])
  }

  @Test func commandsComeAsWordsOrAsOne() throws {
    let parts = try body(#"{"Cmd":"date","Entrypoint":["/bin/sh","-c"]}"#).parts()
    #expect(parts.configuration.command == ["date"])
    #expect(parts.configuration.entrypoint == ["/bin/sh", "-c"])
    #expect(try body(#"{"Cmd":[],"Entrypoint":[]}"#).parts().configuration.command == nil)
    #expect(try body(#"{"Cmd":[],"Entrypoint":[]}"#).parts().configuration.entrypoint == [])
  }

  /// The engine gives it to the main network, which it resolves.
  @Test func theOldHardwareAddressIsReadBesideTheEndpoints() throws {
    let parts = try body(#"{"MacAddress":"02:42:ac:11:00:02","HostConfig":{"NetworkMode":"front"}}"#).parts()
    #expect(parts.hardwareAddress?.description == "02:42:ac:11:00:02" && parts.endpoints.isEmpty)
    #expect(message(#"{"MacAddress":"02:42"}"#)?.0 == .invalidParameter)
  }

  @Test(arguments: [
    (#"{"HostConfig":{"PortBindings":{"http/tcp":[]}}}"#, #"invalid port specification: "http/tcp""#),
    (#"{"HostConfig":{"PortBindings":{"0/tcp":[]}}}"#, #"invalid port specification: "0/tcp""#),
    (#"{"HostConfig":{"PortBindings":{"65536/tcp":[]}}}"#, #"invalid port specification: "65536/tcp""#),
    (#"{"HostConfig":{"PortBindings":{"80/tcp":[{"HostPort":"99999"}]}}}"#, #"invalid port specification: "99999""#),
    (#"{"HostConfig":{"PortBindings":{"80/tcp":[{"HostPort":"-1"}]}}}"#, #"invalid port specification: "-1""#),
    (#"{"HostConfig":{"PortBindings":{"80/tcp":[{"HostPort":"90-80"}]}}}"#, #"invalid port specification: "90-80""#),
    (#"{"HostConfig":{"PortBindings":{"80/tcp":[{"HostIp":"300.1.1.1"}]}}}"#, "invalid IP address: 300.1.1.1"),
    (#"{"ExposedPorts":{"x":{}}}"#, #"invalid port specification: "x""#),
    (#"{"Env":["=x"]}"#, "invalid environment variable: =x"),
    (#"{"WorkingDir":"rel"}"#, "the working directory 'rel' is invalid, it needs to be an absolute path"),
    (#"{"Hostname":"a b"}"#, "invalid hostname: a b"),
    (#"{"HostConfig":{"Memory":1024}}"#, "Minimum memory limit allowed is 6MB"),
    (
      #"{"HostConfig":{"RestartPolicy":{"Name":"sometimes"}}}"#,
      "invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"
    ),
    (
      #"{"HostConfig":{"AutoRemove":true,"RestartPolicy":{"Name":"always"}}}"#,
      "can't create 'AutoRemove' container with restart policy"
    ),
    (#"{"HostConfig":{"ExtraHosts":["nocolon"]}}"#, #"bad format for add-host: "nocolon""#),
    (#"{"HostConfig":{"ExtraHosts":["a:1.2.3"]}}"#, #"invalid IP address in add-host: "1.2.3""#),
    (#"{"HostConfig":{"Dns":["dns.example"]}}"#, "dns.example is not an ip address"),
    (
      #"{"HostConfig":{"NetworkMode":"container:a","PortBindings":{"80/tcp":[{}]}}}"#,
      "conflicting options: port publishing and the container type network mode"
    ),
    (
      #"{"Hostname":"h","HostConfig":{"NetworkMode":"container:a"}}"#,
      "conflicting options: hostname and the network mode"
    ),
    (
      #"{"NetworkingConfig":{"EndpointsConfig":{"a":{"IPAMConfig":{"IPv4Address":"1.2.3"}}}}}"#,
      "invalid IPv4 address: 1.2.3"
    ),
    (
      #"{"NetworkingConfig":{"EndpointsConfig":{"a":{"MacAddress":"02:42"}}}}"#, "invalid MAC address: 02:42"
    ),
    (#"{"NetworkingConfig":{"EndpointsConfig":{"a":{"Aliases":["x\ny"]}}}}"#, "invalid alias: x\ny"),
    (#"{"HostConfig":{"Mounts":[{"Type":"bin"}]}}"#, #"mount type unknown: "bin""#),
    (
      #"{"HostConfig":{"Mounts":[{"Type":"bind","Source":"/a","Target":"b"}]}}"#,
      #"invalid mount config for type "bind": invalid mount path: 'b' mount path must be absolute"#
    ),
    (#"{"Healthcheck":{"Test":["CMD","true"],"Interval":10}}"#, "Interval in Healthcheck cannot be less than 1ms"),
  ])
  func badInputHasDockersWords(_ text: String, _ expected: String) {
    let answer = message(text)
    #expect(answer?.0 == .invalidParameter)
    #expect(answer?.1 == expected)
  }

  @Test(arguments: [
    #"{"HostConfig":{"KernelMemoryTCP":1}}"#, #"{"HostConfig":{"CpuCount":1}}"#,
    #"{"HostConfig":{"Mounts":[{"Type":"cluster","Target":"/a"}]}}"#,
  ])
  func whatIsNotBuiltIsSaid(_ text: String) {
    #expect(message(text)?.0 == .notImplemented)
  }

  /// As dockerd refuses them on a host that has neither quotas nor drivers of devices.
  @Test(arguments: [
    #"{"HostConfig":{"StorageOpt":{"size":"1G"}}}"#, #"{"HostConfig":{"DeviceRequests":[{"Count":-1}]}}"#,
  ])
  func whatThisHostCannotIsRefused(_ text: String) {
    #expect(message(text)?.0 == .invalidParameter)
  }

  @Test func namesFollowDockersRule() throws {
    for good in ["ab", "a.b-c_d", "0x", "/web"] {
      #expect(throws: Never.self) { try ContainerName.check(good) }
    }
    #expect(try ContainerName.check("/web") == "web")
    for bad in ["", "a", "/a", "_ab", "-ab", "a b", "a/b", "é1", "a\n", "//ab"] {
      #expect(throws: EngineError.self) { try ContainerName.check(bad) }
    }
    do {
      _ = try ContainerName.check("a b")
    } catch {
      #expect(error.message == "Invalid container name (a b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")
    }
  }
}
