import Addressing
import EngineModel
import JSON
import NetworkPlan
import Testing

@testable import Engine
@testable import EngineAPI
@testable import EngineServer

/// Answers that differ by the API's version.
@Suite struct VersionedAnswerTests {
  @Test func eventsRepeatTheirActorForOldClientsOnly() throws {
    let event = EngineEvent(
      kind: .container, action: "start", actorID: "c1", attributes: ["image": "busybox"],
      time: Timestamp(nanoseconds: 1_700_000_000_000_000_000))
    let old = Wire.Event(event, version: APIVersion(1, 51))
    #expect((old.status, old.id, old.from) == ("start", "c1", "busybox"))
    let new = try JSONEncoding.value(Wire.Event(event, version: APIVersion(1, 52)))
    #expect(new["status"] == nil && new["id"] == nil && new["from"] == nil)
    #expect(new["Action"] == .string("start"))
  }

  @Test func clientsChooseTheFormatOfEvents() {
    func format(_ accept: String..., version: APIVersion = .current) -> EventFormat {
      EventFormat(accept: accept, version: version)
    }
    #expect(format() == .json)
    #expect(format("*/*") == .json)
    #expect(format("application/jsonl") == .jsonLines)
    #expect(format("application/jsonl", version: APIVersion(1, 52)) == .json)
    #expect(format("text/html", "application/json-seq;q=0.9") == .sequence)
    #expect(format("application/x-ndjson", version: APIVersion(1, 52)) == .newlineDelimited)
    #expect(format("application/x-ndjson", version: APIVersion(1, 51)) == .json)
  }

  @Test func diskUsageHasNumbersAndListsOnRequest() throws {
    let now = Timestamp(nanoseconds: 0)
    let volume = VolumeUsage(volume: Volume(name: "data", created: now, mountpoint: "/v"), users: 0, size: 100)
    let used = VolumeUsage(volume: Volume(name: "used", created: now, mountpoint: "/u"), users: 2, size: 30)
    let usage = DiskUsage(volumes: [volume, used])
    let shown = Wire.DiskUsage(usage, .current, verbose: false)
    #expect(shown.ImageUsage == nil)
    let volumes = try #require(shown.VolumeUsage)
    #expect((volumes.TotalCount, volumes.ActiveCount) == (2, 1))
    #expect((volumes.TotalSize, volumes.Reclaimable) == (130, 100))
    #expect(volumes.Items == nil)
    #expect(Wire.DiskUsage(usage, .current, verbose: true).VolumeUsage?.Items?.map(\.Name) == ["data", "used"])
  }

  @Test func aNetworkTellsTheUseOfItsSubnets() throws {
    let subnet = try #require(IPPrefix("172.18.0.0/16"))
    let range = try #require(IPPrefix("172.18.1.0/24"))
    let gateway = try #require(IPAddress("172.18.0.1"))
    var whole = AddressLeases(subnet: subnet, reserved: [gateway])
    let status = Wire.NetworkStatus([whole.use]).IPAM.Subnets["172.18.0.0/16"]
    #expect(status?.IPsInUse == 3)
    #expect(status?.DynamicIPsAvailable == 65533)
    _ = try whole.lease()
    #expect(whole.use.available == 65532)
    var part = AddressLeases(subnet: subnet, range: range, reserved: [gateway])
    _ = try part.lease()
    #expect(part.use.taken == 4)
    #expect(part.use.available == 255)
    let wide = AddressLeases(subnet: try #require(IPPrefix("fd00::/48")))
    #expect(Wire.NetworkStatus([wide.use]).IPAM.Subnets["fd00::/48"]?.DynamicIPsAvailable == .max)
  }

  @Test func statisticsNameTheSystemSince152() {
    let sample = UsageSample(container: .random(), name: "c", time: Timestamp(nanoseconds: 0), usage: nil)
    #expect(Wire.Stats(sample, previous: nil, version: APIVersion(1, 52)).os_type == "linux")
    #expect(Wire.Stats(sample, previous: nil, version: APIVersion(1, 51)).os_type == nil)
  }
}
