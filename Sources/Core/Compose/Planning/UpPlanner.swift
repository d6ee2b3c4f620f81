internal import EngineAPI

/// Plans the changes that make the engine's objects match a project.
package struct UpPlanner: Sendable {
  package enum Recreation: Sendable {
    /// Containers whose configuration differs.
    case differing
    case always
    case never
  }

  let project: Project
  let state: ProjectState
  package var recreation = Recreation.differing
  /// Whether `always` also applies to the services that the given ones depend on.
  package var recreatesDependencies = false
  /// Whether containers are started, or only created.
  package var starts = true
  package var removesOrphans = false
  /// Whether the plan warns about containers of services that the files no longer define.
  package var reportsOrphans = true
  package var renewsAnonymousVolumes = false
  /// Seconds to stop a container; `nil` for the container's own timeout.
  package var timeout: Int?
  /// The given services; empty for all active ones.
  package var services: [String] = []
  /// Whether the dependencies of the given services are left alone.
  package var leavesDependencies = false

  private var plan = Plan()
  private var networkSteps: [String: Int] = [:]
  private var volumeSteps: [String: Int] = [:]
  /// The create steps and the start steps of each service's containers.
  private var createSteps: [String: [Int]] = [:]
  private var startSteps: [String: [Int]] = [:]
  private var awaitSteps: [String: Int] = [:]
  private var recreated: Set<String> = []
  private var names: [String: [String]] = [:]

  package init(project: Project, state: ProjectState) {
    self.project = project
    self.state = state
  }

  /// - Throws: ``ComposeError`` for a project that cannot be brought up. Nothing has changed then.
  package func makePlan() throws(ComposeError) -> Plan {
    var planner = self
    return try planner.buildPlan()
  }

  /// The services to bring up: the given ones and, unless `leavesDependencies` is set, their dependencies.
  package static func selected(_ names: [String], of project: Project, leavesDependencies: Bool = false)
    throws(ComposeError) -> [Service]
  {
    var wanted: [String] = names.isEmpty ? project.services.map(\.name) : names
    var seen = Set(wanted)
    var index = 0
    while index < wanted.count {
      let name = wanted[index]
      index += 1
      guard let service = project.service(name) else { throw ComposeError(nil, "no such service: \(name)") }
      guard !leavesDependencies else { continue }
      for dependency in service.dependencies where project.service(dependency.service) != nil {
        // A required dependency starts even when its profile is not active.
        if project.inactive.contains(dependency.service), !dependency.isRequired { continue }
        if seen.insert(dependency.service).inserted { wanted.append(dependency.service) }
      }
    }
    return try DependencyOrder(project.allServices).services.filter { seen.contains($0.name) }
  }

  /// Plans what a one-off container needs: its networks, its volumes and its dependencies.
  package func planForOneOff(_ service: Service, withDependencies: Bool) throws(ComposeError) -> Plan {
    var planner = self
    if withDependencies { _ = try planner.buildPlan() }
    try planner.addNetworks([service])
    try planner.addVolumes([service])
    if withDependencies { _ = try planner.addAwaits(service) }
    return planner.plan
  }

  private mutating func buildPlan() throws(ComposeError) -> Plan {
    let selected = try Self.selected(services, of: project, leavesDependencies: leavesDependencies)
    try addNetworks(selected)
    try addVolumes(selected)
    for service in selected { try add(service) }
    handleOrphans()
    return plan
  }

  // MARK: Networks and volumes

  private mutating func addNetworks(_ services: [Service]) throws(ComposeError) {
    for key in Set(services.flatMap { $0.attachments.map(\.network) }).sorted() where networkSteps[key] == nil {
      let network = project.network(key)
      guard let found = state.networks[network.name] else {
        guard !network.isExternal else {
          throw ComposeError(network.location, "network \(network.name) declared as external, but could not be found")
        }
        networkSteps[key] = plan.add(.createNetwork(network.body), network.name)
        continue
      }
      guard !network.isExternal else { continue }
      guard found.Labels[ComposeLabel.project] == project.name, found.Labels[ComposeLabel.network] == key else {
        throw ComposeError(
          network.location,
          "a network with name \(network.name) exists but was not created for project \"\(project.name)\"; "
            + "set external: true to use an existing network")
      }
      guard let hash = found.Labels[ComposeLabel.hash], hash != network.hash else { continue }
      addReplacement(of: found, by: network)
    }
  }

  /// Replaces a network whose configuration differs. Its containers are removed and created again on the new network.
  private mutating func addReplacement(of found: Wire.Network, by network: ProjectNetwork) {
    var removals: [Int] = []
    for container in state.containers where container.networks.contains(network.name) {
      let stop = plan.add(.stop(timeout: timeout, hooks: []), container.name)
      removals.append(plan.add(.remove(volumes: false, force: true), container.name, after: [stop]))
      recreated.insert(container.id)
    }
    let removed = plan.add(.removeNetwork(id: found.Id), network.name, after: removals)
    networkSteps[network.key] = plan.add(.createNetwork(network.body), network.name, after: [removed])
  }

  private mutating func addVolumes(_ services: [Service]) throws(ComposeError) {
    for key in Set(services.flatMap(\.namedVolumes)).sorted() where volumeSteps[key] == nil {
      let volume = project.volume(key)
      guard let found = state.volumes[volume.name] else {
        guard !volume.isExternal else {
          throw ComposeError(volume.location, "external volume \"\(volume.name)\" not found")
        }
        volumeSteps[key] = plan.add(.createVolume(volume.body), volume.name)
        continue
      }
      guard !volume.isExternal else { continue }
      let labels = found.Labels ?? [:]
      if labels[ComposeLabel.project] != project.name {
        plan.warnings.append(
          "volume \"\(volume.name)\" already exists but was not created for project \"\(project.name)\". "
            + "Use `external: true` to use an existing volume")
      } else if let hash = labels[ComposeLabel.hash], hash != volume.hash {
        plan.warnings.append(
          "volume \"\(volume.name)\" exists with another configuration. It is used unchanged, because replacing it would delete its data"
        )
      }
    }
  }

  // MARK: Containers

  private mutating func add(_ service: Service) throws(ComposeError) {
    let wanted = project.scale(of: service)
    try ProjectValidator.checkUniqueness(service, count: wanted)
    // Containers on a replaced network are already removed.
    var existing = state.containers(of: service.name).filter { !recreated.contains($0.id) }
    let removedFirst = state.containers(of: service.name).count > existing.count
    while existing.count > wanted {
      let surplus = existing.removeLast()
      let stop = plan.add(.stop(timeout: timeout, hooks: service.stopHooks), surplus.name)
      plan.add(.remove(volumes: false, force: true), surplus.name, after: [stop])
    }
    let awaited = starts && wanted > 0 ? try addAwaits(service) : []
    let prepared = preparations(service)
    var numbers = Set(existing.map(\.number))
    for container in existing {
      try add(service, number: container.number, existing: container, prepared: prepared, awaited: awaited)
    }
    for _ in existing.count..<max(wanted, existing.count) {
      let number = (1...).first { !numbers.contains($0) } ?? wanted
      numbers.insert(number)
      try add(service, number: number, existing: nil, prepared: prepared, awaited: awaited)
    }
    if removedFirst { recreated.insert(service.name) }
  }

  /// The steps that must run before a service's containers are created.
  private func preparations(_ service: Service) -> [Int] {
    service.attachments.compactMap { networkSteps[$0.network] }
      + service.namedVolumes.compactMap { volumeSteps[$0] }
      + service.sharedServices.flatMap { createSteps[$0.name] ?? [] }
  }

  private mutating func add(
    _ service: Service, number: Int, existing: ObservedContainer?, prepared: [Int], awaited: [Int]
  ) throws(ComposeError) {
    var container = ServiceContainer(project: project, service: service, number: number)
    container.imageID = state.images[service.image(in: project.name)]
    let name = existing?.name ?? container.name
    names[service.name, default: []].append(name)
    var before = awaited
    if let existing, !differs(service, existing) {
      if existing.isRunning || !starts {
        let kept = plan.add(.keep, name, after: awaited)
        let needsRestart = service.dependencies.contains { $0.restarts && recreated.contains($0.service) }
        let last = starts && needsRestart ? plan.add(.restart(timeout: timeout), name, after: awaited + [kept]) : kept
        startSteps[service.name, default: []].append(last)
        return
      }
    } else {
      if existing != nil { recreated.insert(service.name) }
      for warning in container.warnings where !plan.warnings.contains(warning) { plan.warnings.append(warning) }
      let creation = Step.Creation(
        body: try container.body(), platform: service.node["platform"]?.text, files: container.injectedFiles,
        replaced: existing, renewsAnonymousVolumes: renewsAnonymousVolumes, timeout: timeout)
      let made = plan.add(.createContainer(creation), name, after: prepared)
      createSteps[service.name, default: []].append(made)
      before.append(made)
    }
    guard starts else { return }
    let started = plan.add(
      existing?.state == "paused" && before == awaited ? .unpause : .start(hooks: service.startHooks), name,
      after: before)
    startSteps[service.name, default: []].append(started)
  }

  /// Whether a container differs from its service's configuration.
  private func differs(_ service: Service, _ container: ObservedContainer) -> Bool {
    switch recreation {
    case .never: return false
    case .always where services.isEmpty || services.contains(service.name) || recreatesDependencies: return true
    case .always, .differing: break
    }
    if container.labels[ComposeLabel.hash] != ConfigurationHash.of(service) { return true }
    if let image = state.images[service.image(in: project.name)] {
      // Docker Compose stores the image's id in a label.
      let used = container.labels[ComposeLabel.image] ?? container.imageID
      if used != image, container.imageID != image { return true }
    }
    if service.sharedServices.contains(where: { name, _ in
      recreated.contains(name) && service.node["links"]?.texts.contains(where: { $0.hasPrefix(name) }) != true
    }) {
      return true
    }
    return service.attachments.contains { !container.networks.contains(project.network($0.network).name) }
  }

  /// - Returns: the steps that must run before the service starts.
  private mutating func addAwaits(_ service: Service) throws(ComposeError) -> [Int] {
    var result: [Int] = []
    for dependency in service.dependencies {
      let started = startSteps[dependency.service] ?? []
      guard dependency.condition != .started else {
        result += started
        continue
      }
      let known = names[dependency.service] ?? state.containers(of: dependency.service).map(\.name)
      for name in known {
        let key = "\(name) \(dependency.condition.rawValue)"
        let step =
          awaitSteps[key]
          ?? plan.add(
            .await(dependency.condition, isRequired: dependency.isRequired), name, after: started)
        awaitSteps[key] = step
        result.append(step)
      }
    }
    return result
  }

  private mutating func handleOrphans() {
    let known = Set(project.allServices.map(\.name))
    let orphans = state.containers.filter { !known.contains($0.service) && !$0.isOneOff }
    guard !orphans.isEmpty else { return }
    guard removesOrphans else {
      guard reportsOrphans else { return }
      let names = orphans.map(\.name).sorted().joined(separator: " ")
      plan.warnings.append(
        "Found orphan containers ([\(names)]) for this project. If you removed or renamed this service in your compose "
          + "file, you can run this command with the --remove-orphans flag to clean it up.")
      return
    }
    for orphan in orphans {
      let stop = plan.add(.stop(timeout: timeout, hooks: []), orphan.name)
      plan.add(.remove(volumes: false, force: true), orphan.name, after: [stop])
    }
  }
}
