import JSON
import EngineAPI

/// The body of `POST /containers/{id}/update`, with the changed members only.
struct ContainerUpdateRequest {
  let options: ParsedOptions

  func body() throws(UsageError) -> JSONValue {
    var members: [JSONMember] = []
    func add(_ name: String, _ number: Int64?) {
      if let number { members.append(JSONMember(name, .number(String(number)))) }
    }
    add("BlkioWeight", options.integer("blkio-weight"))
    add("CpuPeriod", options.integer("cpu-period"))
    add("CpuQuota", options.integer("cpu-quota"))
    add("CpuRealtimePeriod", options.integer("cpu-rt-period"))
    add("CpuRealtimeRuntime", options.integer("cpu-rt-runtime"))
    add("CpuShares", options.integer("cpu-shares"))
    add("NanoCpus", options.text("cpus").flatMap(NanoCPUs.init)?.nanoseconds)
    add("KernelMemory", options.bytes("kernel-memory"))
    add("Memory", options.bytes("memory"))
    add("MemoryReservation", options.bytes("memory-reservation"))
    add("MemorySwap", options.bytes("memory-swap"))
    add("PidsLimit", options.integer("pids-limit"))
    for (option, name) in [("cpuset-cpus", "CpusetCpus"), ("cpuset-mems", "CpusetMems")] {
      if let text = options.text(option) { members.append(JSONMember(name, .string(text))) }
    }
    if let text = options.text("restart") {
      let policy = try RestartArgument(text)
      members.append(
        JSONMember(
          "RestartPolicy",
          .object([
            JSONMember("Name", .string(policy.name)),
            JSONMember("MaximumRetryCount", .number(String(policy.maximumRetryCount))),
          ])))
    }
    guard !members.isEmpty else { throw .value("you must provide one or more flags when using this command") }
    return .object(members)
  }
}
