import JSON
import EngineAPI

/// A container's resource usage, computed from `GET /containers/{id}/stats` as Docker's command line computes it.
struct ContainerUsage: Sendable, Equatable {
  var processorShare = 0.0
  var memory: Int64 = 0
  var memoryLimit: Int64 = 0
  var received: Int64 = 0
  var sent: Int64 = 0
  var blocksRead: Int64 = 0
  var blocksWritten: Int64 = 0
  var processes: Int64 = 0

  var memoryShare: Double { memoryLimit == 0 ? 0 : Double(memory) / Double(memoryLimit) * 100 }

  init() {}

  init(_ value: JSONValue) {
    func number(_ value: JSONValue?, _ path: String...) -> Int64 {
      var value = value
      for name in path { value = value?[name] }
      return value?.integer ?? 0
    }
    let used = number(value["cpu_stats"], "cpu_usage", "total_usage")
    let usedBefore = number(value["precpu_stats"], "cpu_usage", "total_usage")
    let all = number(value["cpu_stats"], "system_cpu_usage") - number(value["precpu_stats"], "system_cpu_usage")
    var processors = number(value["cpu_stats"], "online_cpus")
    if processors == 0 {
      processors = Int64(value["cpu_stats"]?["cpu_usage"]?["percpu_usage"]?.elements.count ?? 0)
    }
    if all > 0, used > usedBefore {
      processorShare = Double(used - usedBefore) / Double(all) * Double(processors) * 100
    }

    memory = number(value["memory_stats"], "usage")
    memoryLimit = number(value["memory_stats"], "limit")
    // The reclaimable page cache is not counted. Its name differs between cgroup v1 and v2.
    for name in ["total_inactive_file", "inactive_file"] {
      guard let cache = value["memory_stats"]?["stats"]?[name]?.integer else { continue }
      if cache < memory { memory -= cache }
      break
    }
    for network in (value["networks"] ?? .null).members {
      received += number(network.value, "rx_bytes")
      sent += number(network.value, "tx_bytes")
    }
    for entry in value["blkio_stats"]?["io_service_bytes_recursive"]?.elements ?? [] {
      switch entry["op"]?.text?.first {
      case "r", "R": blocksRead += number(entry, "value")
      case "w", "W": blocksWritten += number(entry, "value")
      default: break
      }
    }
    processes = number(value["pids_stats"], "current")
  }
}
