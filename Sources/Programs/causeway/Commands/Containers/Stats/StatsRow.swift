/// A row of `stats`.
struct StatsRow: Sendable {
  static let headers = [
    "Container": "CONTAINER", "ID": "CONTAINER ID", "Name": "NAME", "CPUPerc": "CPU %", "MemUsage": "MEM USAGE / LIMIT",
    "MemPerc": "MEM %", "NetIO": "NET I/O", "BlockIO": "BLOCK I/O", "PIDs": "PIDS",
  ]
  static let standard =
    "{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}"

  let container: String
  let id: String
  let name: String
  /// `nil` until the first measurement arrives.
  let usage: ContainerUsage?

  func row(truncates: Bool) -> ListRow {
    func percent(_ value: Double) -> String {
      let hundredths = Int64((value * 100).rounded())
      let rest = hundredths % 100
      return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)%"
    }
    let pair = { (a: String?, b: String?) in "\(a ?? "--") / \(b ?? "--")" }
    return ListRow([
      "Container": container, "ID": truncates ? String(id.prefix(12)) : id, "Name": name,
      "CPUPerc": usage.map { percent($0.processorShare) } ?? "--",
      "MemUsage": pair(
        usage.map { HumanText.binarySize($0.memory) }, usage.map { HumanText.binarySize($0.memoryLimit) }),
      "MemPerc": usage.map { percent($0.memoryShare) } ?? "--",
      "NetIO": pair(usage.map { HumanText.size($0.received) }, usage.map { HumanText.size($0.sent) }),
      "BlockIO": pair(usage.map { HumanText.size($0.blocksRead) }, usage.map { HumanText.size($0.blocksWritten) }),
      "PIDs": usage.map { String($0.processes) } ?? "--",
    ])
  }
}
