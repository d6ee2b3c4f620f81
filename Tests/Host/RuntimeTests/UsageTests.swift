import EngineModel
import Testing

@testable import Runtime

/// Parses cgroup and `/proc` files of real machines.
@Suite struct UsageTests {
  @Test func legacyControllers() {
    let files = [
      "cpuacct/cpuacct.usage": "2289592679\n", "cpuacct/cpuacct.usage_percpu": "439320667 1850272012 \n",
      "cpuacct/cpuacct.stat": "user 226\nsystem 2\n",
      "cpu/cpu.stat": "nr_periods 48\nnr_throttled 38\nthrottled_time 941395210\n",
      "memory/memory.usage_in_bytes": "2412544\n", "memory/memory.max_usage_in_bytes": "4341760\n",
      "memory/memory.failcnt": "3\n", "memory/memory.limit_in_bytes": "67108864\n",
      "memory/memory.stat": "cache 1830912\ntotal_inactive_file 1822720\n",
      "pids/pids.current": "4\n", "pids/pids.max": "max\n",
      "blkio/blkio.bfq.io_service_bytes_recursive": "Total 0\n",
      "blkio/blkio.throttle.io_service_bytes_recursive": "8:0 Read 4096\n8:0 Write 0\n8:0 Total 4096\nTotal 4096\n",
    ]
    var usage = ResourceUsage()
    usage.readCgroupV1(tick: 10_000_000) { files["\($0)/\($1)"] }
    #expect(!usage.isUnified)
    #expect(usage.processor.total == 2_289_592_679)
    #expect(usage.processor.perProcessor == [439_320_667, 1_850_272_012])
    #expect(usage.processor.user == 2_260_000_000 && usage.processor.kernel == 20_000_000)
    #expect(usage.processor.periods == 48 && usage.processor.throttledPeriods == 38)
    #expect(usage.processor.throttledTime == 941_395_210)
    #expect(usage.memory?.usage == 2_412_544 && usage.memory?.limit == 67_108_864 && usage.memory?.failures == 3)
    #expect(usage.memory?.details["total_inactive_file"] == 1_822_720)
    #expect(usage.processes == .init(current: 4, limit: nil))
    #expect(usage.blockBytes.map(\.operation) == ["Read", "Write", "Total"])
    #expect(usage.blockBytes.first == .init(major: 8, minor: 0, operation: "Read", value: 4096))
    #expect(usage.blockOperations.isEmpty)
  }

  @Test func theUnifiedHierarchy() {
    let files = [
      "cpu.stat": """
      usage_usec 1500
      user_usec 1000
      system_usec 500
      nr_periods 7
      nr_throttled 2
      throttled_usec 9
      """,
      "memory.current": "1000\n", "memory.max": "max\n", "memory.events": "low 0\nmax 3\noom 2\noom_kill 1\n",
      "memory.stat": "anon 10\ninactive_file 20\n", "pids.current": "2\n", "pids.max": "100\n",
      "io.stat": "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6\n253:1 \n",
    ]
    var usage = ResourceUsage()
    usage.readCgroupV2 { files[$0] }
    #expect(usage.isUnified)
    #expect(usage.processor.total == 1_500_000 && usage.processor.user == 1_000_000)
    #expect(usage.processor.throttledTime == 9000)
    #expect(usage.memory?.usage == 1000 && usage.memory?.limit == .max && usage.memory?.failures == 2)
    #expect(usage.memory?.details == ["anon": 10, "inactive_file": 20])
    #expect(usage.processes == .init(current: 2, limit: 100))
    #expect(
      usage.blockBytes == [
        .init(major: 8, minor: 0, operation: "read", value: 1), .init(major: 8, minor: 0, operation: "write", value: 2),
      ])
  }

  @Test func nothingThere() {
    var usage = ResourceUsage()
    usage.readCgroupV1(tick: 1) { _, _ in nil }
    #expect(usage == ResourceUsage())
  }

  @Test func interfacesAndHost() {
    let table = UsageFileParser.interfaces(
      """
      Inter-|   Receive                                                |  Transmit
       face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
          lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
        eth0:    1252      14    1    2    0     0          0         0       42       3    4    5    0     0       0          0
      """)
    #expect(Set(table.keys) == ["eth0"])
    #expect(table["eth0"]?.receivedBytes == 1252 && table["eth0"]?.receiveDrops == 2)
    #expect(table["eth0"]?.sentBytes == 42 && table["eth0"]?.sendErrors == 4 && table["eth0"]?.sendDrops == 5)
    let host = UsageFileParser.host("cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1 1\ncpu1 0 1\nintr 5\n", tick: 10)
    #expect(host.time == 280 && host.processors == 2)
  }

  @Test func groupsByController() {
    var tree = CgroupTree()
    #expect(tree.paths(of: "/a") == ["": "/sys/fs/cgroup/a"])
    tree.controllers = ["cpu": "/sys/fs/cgroup/cpu,cpuacct", "name=systemd": "/sys/fs/cgroup/systemd"]
    #expect(
      tree.paths(of: "/a/b") == ["cpu": "/sys/fs/cgroup/cpu,cpuacct/a/b", "name=systemd": "/sys/fs/cgroup/systemd/a/b"])
  }

  @Test(arguments: [("0-2,7", "0-7", true), ("0", "0-1", true), ("5", "0-1", false), ("0-2", "0-1", false)])
  func setsOfProcessors(requested: String, available: String, isSubset: Bool) throws {
    #expect(try #require(CPUList(requested)).isSubset(of: try #require(CPUList(available))) == isSubset)
  }

  @Test(arguments: ["", "a", "1-", "-1", "2-1", "1,,2", "99999999999"])
  func noSets(text: String) {
    #expect(CPUList(text) == nil)
  }
}
