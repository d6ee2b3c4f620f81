/// Plans for existing containers, in the order of their services' dependencies.
extension Plan {
  /// Adds steps that stop each container after those that depend on it.
  @discardableResult
  static func addStops(of containers: [ObservedContainer], project: Project?, timeout: Int?, to plan: inout Plan)
    -> [(container: ObservedContainer, step: Int)]
  {
    add(containers, project: project, dependentsFirst: true, to: &plan) { container in
      .stop(timeout: timeout, hooks: container.isRunning ? project?.service(container.service)?.stopHooks ?? [] : [])
    }
  }

  package static func stopping(_ containers: [ObservedContainer], project: Project?, timeout: Int?) -> Plan {
    var plan = Plan()
    addStops(of: containers, project: project, timeout: timeout, to: &plan)
    return plan
  }

  /// Starts each container after those that it depends on.
  package static func starting(_ containers: [ObservedContainer], project: Project?) -> Plan {
    var plan = Plan()
    add(containers, project: project, dependentsFirst: false, to: &plan) { container in
      .start(hooks: project?.service(container.service)?.startHooks ?? [])
    }
    return plan
  }

  package static func restarting(_ containers: [ObservedContainer], project: Project?, timeout: Int?) -> Plan {
    var plan = Plan()
    add(containers, project: project, dependentsFirst: false, to: &plan) { _ in .restart(timeout: timeout) }
    return plan
  }

  /// Applies one action to every container, concurrently.
  package static func applying(to containers: [ObservedContainer], _ action: Step.Action) -> Plan {
    var plan = Plan()
    for container in containers { plan.add(action, container.name) }
    return plan
  }

  @discardableResult
  private static func add(
    _ containers: [ObservedContainer], project: Project?, dependentsFirst: Bool, to plan: inout Plan,
    _ action: (ObservedContainer) -> Step.Action
  ) -> [(container: ObservedContainer, step: Int)] {
    var dependencies: [String: Set<String>] = [:]
    for container in containers {
      let names = project?.service(container.service)?.dependencies.map(\.service) ?? container.dependencies
      dependencies[container.service, default: []].formUnion(names)
    }
    let order = ordered(dependencies)
    var steps: [String: [Int]] = [:]
    var result: [(container: ObservedContainer, step: Int)] = []
    for service in dependentsFirst ? order.reversed() : order {
      let before =
        dependentsFirst
        ? dependencies.filter { $0.value.contains(service) }.flatMap { steps[$0.key] ?? [] }
        : (dependencies[service] ?? []).flatMap { steps[$0] ?? [] }
      for container in containers.filter({ $0.service == service }).sorted(by: { $0.name < $1.name }) {
        let step = plan.add(action(container), container.name, after: before)
        steps[service, default: []].append(step)
        result.append((container, step))
      }
    }
    return result
  }

  /// Names, each after those that it depends on. A cycle, which only foreign labels can contain, is broken.
  private static func ordered(_ dependencies: [String: Set<String>]) -> [String] {
    var order: [String] = []
    var seen: Set<String> = []
    func visit(_ name: String) {
      guard dependencies[name] != nil, seen.insert(name).inserted else { return }
      for other in (dependencies[name] ?? []).sorted() { visit(other) }
      order.append(name)
    }
    for name in dependencies.keys.sorted() { visit(name) }
    return order
  }
}
