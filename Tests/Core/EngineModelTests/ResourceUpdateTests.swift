import EngineModel
import Testing

/// What an update makes of a container's settings (moby: `UpdateContainer`).
@Suite struct ResourceUpdateTests {
  private func host(_ change: (inout HostConfiguration) -> Void = { _ in }) -> HostConfiguration {
    var host = HostConfiguration()
    host.resources.cpuShares = 512
    host.resources.pidsLimit = 10
    change(&host)
    return host
  }

  private func update(_ change: (inout ResourceUpdate) -> Void) -> ResourceUpdate {
    var update = ResourceUpdate()
    change(&update)
    return update
  }

  @Test func whatIsNotSaidStays() throws {
    #expect(try ResourceUpdate().applied(to: host()) == host())
    let after = try update { $0.resources.cpusetCPUs = "0" }.applied(to: host())
    #expect(after.resources.cpuShares == 512 && after.resources.cpusetCPUs == "0")
  }

  @Test func aLimitOfProcessesIsChangedAndTakenAway() throws {
    #expect(try update { $0.pidsLimit = 20 }.applied(to: host()).resources.pidsLimit == 20)
    #expect(try update { $0.pidsLimit = -1 }.applied(to: host()).resources.pidsLimit == nil)
    #expect(try update { $0.pidsLimit = 0 }.applied(to: host()).resources.pidsLimit == nil)
  }

  @Test func memoryGoesWithSwap() throws {
    let bounded = host {
      $0.resources.memory = 100 << 20
      $0.resources.memorySwap = 200 << 20
    }
    #expect(try update { $0.resources.memory = 150 << 20 }.applied(to: bounded).resources.memory == 150 << 20)
    #expect(throws: EngineError.self) { try update { $0.resources.memory = 300 << 20 }.applied(to: bounded) }
    // Without a limit there is none of swap either, and Docker wants both said.
    #expect(throws: EngineError.self) { try update { $0.resources.memory = 100 << 20 }.applied(to: host()) }
    let both = update {
      $0.resources.memory = 300 << 20
      $0.resources.memorySwap = -1
    }
    #expect(try both.applied(to: bounded).resources.memorySwap == -1)
  }

  @Test func processorsAreSaidOneWayOnly() {
    let cases: [(WritableKeyPath<Resources, Int64>, WritableKeyPath<Resources, Int64>, String)] = [
      (\.nanoCPUs, \.cpuPeriod, "Nano CPUs cannot be updated as CPU Period has already been set"),
      (\.nanoCPUs, \.cpuQuota, "Nano CPUs cannot be updated as CPU Quota has already been set"),
      (\.cpuPeriod, \.nanoCPUs, "CPU Period cannot be updated as NanoCPUs has already been set"),
      (\.cpuQuota, \.nanoCPUs, "CPU Quota cannot be updated as NanoCPUs has already been set"),
    ]
    for (limit, present, message) in cases {
      let error = #expect(throws: EngineError.self) {
        try update { $0.resources[keyPath: limit] = 100_000 }.applied(
          to: host { $0.resources[keyPath: present] = 50_000 })
      }
      #expect(error?.message == "Conflicting options: \(message)")
      #expect(error?.code == .conflict)
    }
  }

  @Test func thePolicy() throws {
    let policy = RestartPolicy(name: .onFailure, maximumRetryCount: 3)
    #expect(try update { $0.restartPolicy = policy }.applied(to: host()).restartPolicy == policy)
    let error = #expect(throws: EngineError.self) {
      try update { $0.restartPolicy = policy }.applied(to: host { $0.autoRemove = true })
    }
    #expect(error?.message == "Restart policy cannot be updated because AutoRemove is enabled for the container")
  }
}
