/// The body of `POST /containers/{id}/update`. 0, empty and `nil` leave a setting unchanged.
package struct ResourceUpdate: Sendable, Hashable {
  /// The resources that an update can change; the others keep their defaults.
  package var resources: Resources
  /// As ``Resources/pidsLimit``, but `nil` leaves it unchanged, and 0 or less removes the limit.
  package var pidsLimit: Int64?
  package var restartPolicy: RestartPolicy?

  package init(resources: Resources = Resources(), pidsLimit: Int64? = nil, restartPolicy: RestartPolicy? = nil) {
    self.resources = resources
    self.pidsLimit = pidsLimit
    self.restartPolicy = restartPolicy
  }

  /// The container's host configuration after the update.
  ///
  /// - Throws: `conflict` in Docker's words (moby: `UpdateContainer` in `container_unix.go`).
  package func applied(to host: HostConfiguration) throws(EngineError) -> HostConfiguration {
    var result = host
    try checkProcessors(host.resources)
    let requested = resources
    func set<Value: Equatable>(_ path: WritableKeyPath<Resources, Value>, unless unset: Value) {
      if requested[keyPath: path] != unset { result.resources[keyPath: path] = requested[keyPath: path] }
    }
    set(\.blkioWeight, unless: 0)
    set(\.cpuShares, unless: 0)
    set(\.nanoCPUs, unless: 0)
    set(\.cpuPeriod, unless: 0)
    set(\.cpuQuota, unless: 0)
    set(\.cpusetCPUs, unless: "")
    set(\.cpusetMems, unless: "")
    set(\.cpuRealtimePeriod, unless: 0)
    set(\.cpuRealtimeRuntime, unless: 0)
    if requested.memory > host.resources.memorySwap, requested.memorySwap == 0, requested.memory != 0 {
      throw EngineError(
        .conflict,
        "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time")
    }
    set(\.memory, unless: 0)
    set(\.memorySwap, unless: 0)
    set(\.memoryReservation, unless: 0)
    if let pidsLimit { result.resources.pidsLimit = pidsLimit > 0 ? pidsLimit : nil }
    if let restartPolicy {
      guard !host.autoRemove || restartPolicy.name == .no else {
        throw EngineError(
          .conflict, "Restart policy cannot be updated because AutoRemove is enabled for the container")
      }
      result.restartPolicy = restartPolicy
    }
    return result
  }

  /// `NanoCPUs` is a period and a quota, so the two ways exclude each other.
  private func checkProcessors(_ present: Resources) throws(EngineError) {
    let conflicts = [
      (resources.nanoCPUs > 0 && present.cpuPeriod > 0, "Nano CPUs", "CPU Period has"),
      (resources.nanoCPUs > 0 && present.cpuQuota > 0, "Nano CPUs", "CPU Quota has"),
      (resources.cpuPeriod > 0 && present.nanoCPUs > 0, "CPU Period", "NanoCPUs has"),
      (resources.cpuQuota > 0 && present.nanoCPUs > 0, "CPU Quota", "NanoCPUs has"),
    ]
    for (isConflict, option, other) in conflicts where isConflict {
      throw EngineError(.conflict, "Conflicting options: \(option) cannot be updated as \(other) already been set")
    }
  }
}
