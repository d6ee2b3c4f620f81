import EngineModel
import Testing

@testable import Engine

@Suite struct MountBuilderTests {
  private func build(
    binds: [String] = [], mounts: [MountSpecification] = [], volumes: Set<String> = [], tmpfs: [String: String] = [:]
  ) throws -> [MountBuilder.Entry] {
    var configuration = ContainerConfiguration()
    configuration.volumes = volumes
    var host = HostConfiguration()
    host.binds = binds
    host.mounts = mounts
    host.tmpfs = tmpfs
    return try MountBuilder(
      Container(
        id: .random(), name: "x", created: Timestamp(nanoseconds: 0), configuration: configuration, host: host,
        imageID: ""), in: EngineState()
    ).entries
  }

  @Test func bindsAndVolumes() throws {
    let entries = try build(binds: ["/srv//data/:/data:ro,z", "cache:/cache", "/only"])
    #expect(entries.map(\.point.kind) == [.bind, .volume, .volume])
    #expect(entries.map(\.point.destination) == ["/data", "/cache", "/only"])
    #expect(entries[0].point.source == "/srv/data" && !entries[0].point.isWritable && entries[0].makesSource)
    #expect(entries[1].volume?.name == "cache" && entries[2].volume?.name == nil)
  }

  @Test func anImagesVolumeYieldsToWhatTheUserMounts() throws {
    let entries = try build(binds: ["/srv:/data"], volumes: ["/data", "/tmp/x", "/log"], tmpfs: ["/tmp/x": ""])
    #expect(entries.map(\.point.destination) == ["/data", "/log"])
  }

  @Test(arguments: ["", ":", "a:", "/a:b", "/a:/", "/a:/b:c:d", "/a:/b:wx", "x y:/b", "..:/b"])
  func badBinds(_ text: String) {
    #expect(#expect(throws: EngineError.self) { try build(binds: [text]) }?.code == .invalidParameter)
  }

  @Test func onePlaceOneMount() {
    let error = #expect(throws: EngineError.self) { try build(binds: ["/a:/x", "/b:/x/"]) }
    #expect(error?.message == "Duplicate mount point: /x")
  }

  @Test func specifications() throws {
    var bind = MountSpecification(kind: .bind)
    bind.target = "/x"
    #expect(
      #expect(throws: EngineError.self) { try build(mounts: [bind]) }?.message
        == "invalid mount config for type \"bind\": field Source must not be empty")
    bind.source = "/srv"
    #expect(try build(mounts: [bind]).first?.makesSource == false)
    bind.target = "x"
    #expect(throws: EngineError.self) { try build(mounts: [bind]) }
  }
}
