import JSON
import Addressing
import EngineAPI
import EngineModel
import Testing

@Suite struct RoundTripTests {
  /// What the engine shows can be asked for again, and comes out the same: tools copy containers that way.
  @Test func aContainerShownCanBeMadeAgain() throws {
    var configuration = ContainerConfiguration()
    configuration.image = "busybox"
    configuration.command = ["sleep", "1"]
    configuration.environment = ["A=b"]
    configuration.exposedPorts = [TransportPort(80, .tcp)]
    configuration.labels = ["k": "v"]
    configuration.stopSignal = "SIGINT"
    configuration.attachStdout = false
    configuration.attachStderr = false
    var host = HostConfiguration()
    host.networkMode = .network("front")
    host.portBindings = [
      TransportPort(80, .tcp): [
        PortBinding(hostAddress: IPAddress("192.0.2.1"), hostPorts: PortRange("8000-8010")), PortBinding(),
      ]
    ]
    host.binds = ["/a:/b"]
    var mount = MountSpecification(kind: .tmpfs)
    mount.target = "/t"
    mount.tmpfsSize = 4096
    host.mounts = [mount]
    host.capAdd = ["NET_ADMIN"]
    host.restartPolicy = RestartPolicy(name: .always)
    host.resources.pidsLimit = 10
    host.resources.ulimits = [ResourceLimit(name: "nofile", soft: 1, hard: 2)]
    host.resources.devices = [DeviceMapping(pathOnHost: "/dev/null", pathInContainer: "/dev/x", permissions: "rw")]
    host.logConfiguration.driver = "json-file"
    host.ipcMode = "private"
    host.shmSize = 1 << 20
    let body = Wire.ContainerCreateBody(
      Config: Wire.ContainerConfig(configuration), HostConfig: Wire.HostConfig(host, networkMode: "front"))
    let again = try JSONDecoding.decode(Wire.ContainerCreateBody.self, from: try JSONEncoding.bytes(body)).parts()
    #expect(again.configuration == configuration)
    #expect(again.host == host)
  }

  @Test func membersThatClientsLookUpAreThere() throws {
    let inspect = try JSONEncoding.value(Wire.ContainerInspect())
    for name in ["Id", "State", "HostConfig", "Config", "NetworkSettings", "Mounts", "GraphDriver"] {
      #expect(inspect[name] != nil, "\(name)")
    }
    #expect(inspect["ExecIDs"] == .null)
    #expect(inspect["SizeRw"] == nil)
    #expect(inspect["Config"]?["Entrypoint"] == .null)
    #expect(inspect["HostConfig"]?["PortBindings"] == .null)
    #expect(inspect["NetworkSettings"]?["Networks"] == .object([]))
  }
}
