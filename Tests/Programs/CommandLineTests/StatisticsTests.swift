import JSON
import EngineAPI
import Testing

@testable import causeway

struct StatisticsTests {
  @Test func usageIsComputedAsInDocker() throws {
    let value = try JSONParser.parse(
      #"""
      {"cpu_stats":{"cpu_usage":{"total_usage":300},"system_cpu_usage":2000,"online_cpus":2},
       "precpu_stats":{"cpu_usage":{"total_usage":100},"system_cpu_usage":1000},
       "memory_stats":{"usage":3145728,"limit":10485760,"stats":{"inactive_file":1048576}},
       "networks":{"eth0":{"rx_bytes":1000,"tx_bytes":5},"eth1":{"rx_bytes":500,"tx_bytes":0}},
       "blkio_stats":{"io_service_bytes_recursive":[{"op":"Read","value":10},{"op":"write","value":20},{"op":"Total","value":30}]},
       "pids_stats":{"current":4}}
      """#)
    let row = StatsRow(container: "web", id: "0123456789abcdef", name: "web", usage: ContainerUsage(value))
    #expect(
      row.row(truncates: true).fields.compactText
        == #"{"BlockIO":"10B / 20B","CPUPerc":"40.00%","Container":"web","ID":"0123456789ab","MemPerc":"20.00%","MemUsage":"2MiB / 10MiB","Name":"web","NetIO":"1.5kB / 5B","PIDs":"4"}"#
    )
  }

  /// cgroup v1's name of the cache comes before v2's, and no value is negative.
  @Test func pageCacheIsNotCounted() throws {
    let first = try JSONParser.parse(
      #"{"memory_stats":{"usage":100,"stats":{"total_inactive_file":40,"inactive_file":90}}}"#)
    #expect(ContainerUsage(first).memory == 60)
    let odd = try JSONParser.parse(#"{"memory_stats":{"usage":100,"stats":{"inactive_file":400}}}"#)
    #expect(ContainerUsage(odd).memory == 100)
    #expect(ContainerUsage(.object([])) == ContainerUsage())
  }

  @Test func updateRequestsHoldOnlyTheGivenOptions() throws {
    func body(_ words: String...) throws -> String {
      let command = Command.containerUpdate
      return try ContainerUpdateRequest(options: try OptionParser(command.options, order: command.order).parse(words))
        .body()
        .compactText
    }
    #expect(
      try body("--cpus", "1.5", "-m", "64m", "--restart", "on-failure:3", "web")
        == #"{"NanoCpus":1500000000,"Memory":67108864,"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3}}"#)
    #expect(throws: UsageError.self) { try body("web") }
  }
}
