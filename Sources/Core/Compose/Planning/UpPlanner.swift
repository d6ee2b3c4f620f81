internal import EngineAPI

/// The difference between a project and what the engine has of it.
public struct UpPlanner: Sendable {
  public enum Recreation: Sendable {
    /// What differs from its description.
    case differing
    case always
    case never
  }

  let project: Project
  let state: ProjectState
  public var recreation = Recreation.differing
  /// Whether containers of the services that others need are made anew, too, when `recreation` is `always`.
  public var recreatesDependencies = false
  /// Containers are only made when this is not set.
  public var starts = true
  public var removesOrphans = false
  public var renewsAnonymousVolumes = false
  /// Seconds for stopping; `nil` for each container's own.
  public var timeout: Int?
  /// The services asked for; empty for all active ones.
  public var services: [String] = []
  /// Whether what the services asked for depend on is left alone.
  public var leavesDependencies = false

  private var plan = Plan()
  private var networkSteps: [String: Int] = [:]
  private var volumeSteps: [String: Int] = [:]
  /// The last step of each container of a service: made, or started.
  private var madeSteps: [String: [Int]] = [:]
  private var startedSteps: [String: [Int]] = [:]
  private var awaitSteps: [String: Int] = [:]
  private var recreated: Set<String> = []
  private var names: [String: [String]] = [:]

  public init(project: Project, state: ProjectState) {
    self.project = project
    self.state = state
  }

  /// - Throws: ``ComposeError`` for what cannot be; nothing has been done then.
  public func planned() throws(ComposeError) -> Plan {
    var planner = self
    return try planner.make()
  }

  /// The services that are brought up: those asked for, and unless they are left alone those they depend on.
  public static func selected(_ names: [String], of project: Project, leavesDependencies: Bool = false)
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
        // A dependency that its profile leaves out is started all the same where it is required.
        if project.inactive.contains(dependency.service), !dependency.isRequired { continue }
        if seen.insert(dependency.service).inserted { wanted.append(dependency.service) }
      }
    }
    return try DependencyOrder(project.allServices).services.filter { seen.contains($0.name) }
  }

  /// What a further container of a service needs: its networks and volumes, and what it depends on as far as is needed.
  public func prepared(for service: Service, withDependencies: Bool) throws(ComposeError) -> Plan {
    var planner = self
    if withDependencies { _ = try planner.make() }
    try planner.addNetworks([service])
    try planner.addVolumes([service])
    if withDependencies { _ = try planner.addAwaits(service) }
    return planner.plan
  }

  private mutating func make() throws(ComposeError) -> Plan {
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
          throw ComposeError(network.place, "network \(network.name) declared as external, but could not be found")
        }
        networkSteps[key] = plan.add(.createNetwork(network.body), network.name)
        continue
      }
      guard !network.isExternal else { continue }
      guard found.Labels[ComposeLabel.project] == project.name, found.Labels[ComposeLabel.network] == key else {
        throw ComposeError(
          network.place,
          "a network with name \(network.name) exists but was not created for project \"\(project.name)\"; "
            + "set external: true to use an existing network")
      }
      guard let hash = found.Labels[ComposeLabel.hash], hash != network.hash else { continue }
      addReplacement(of: found, by: network)
    }
  }

  /// A network whose description differs: whoever is on it goes, and is made again on the new one.
  private mutating func addReplacement(of found: Wire.Network, by network: ProjectNetwork) {
    var gone: [Int] = []
    for container in state.containers where container.networks.contains(network.name) {
      let stop = plan.add(.stop(timeout: timeout, hooks: []), container.name)
      gone.append(plan.add(.remove(volumes: false, force: true), container.name, after: [stop]))
      recreated.insert(container.id)
    }
    let removed = plan.add(.removeNetwork(id: found.Id), network.name, after: gone)
    networkSteps[network.key] = plan.add(.createNetwork(network.body), network.name, after: [removed])
  }

  private mutating func addVolumes(_ services: [Service]) throws(ComposeError) {
    for key in Set(services.flatMap(\.namedVolumes)).sorted() where volumeSteps[key] == nil {
      let volume = project.volume(key)
      guard let found = state.volumes[volume.name] else {
        guard !volume.isExternal else {
          throw ComposeError(volume.place, "external volume \"\(volume.name)\" not found")
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
          "volume \"\(volume.name)\" exists but does not match the configuration; it is used as it is, for its data's sake"
        )
      }
    }
  }

  // MARK: Containers

  private mutating func add(_ service: Service) throws(ComposeError) {
    let wanted = project.scale(of: service)
    try ProjectCheck.checkUniqueness(service, count: wanted)
    // Those on a network that is made anew are gone by then.
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

  /// What must be there before containers of a service are made.
  private func preparations(_ service: Service) -> [Int] {
    service.attachments.compactMap { networkSteps[$0.network] }
      + service.namedVolumes.compactMap { volumeSteps[$0] }
      + service.sharedServices.flatMap { madeSteps[$0.name] ?? [] }
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
        startedSteps[service.name, default: []].append(last)
        return
      }
    } else {
      if existing != nil { recreated.insert(service.name) }
      for warning in container.warnings where !plan.warnings.contains(warning) { plan.warnings.append(warning) }
      let creation = Step.Creation(
        body: try container.body(), platform: service.node["platform"]?.text, files: container.injectedFiles,
        replaced: existing, renewsAnonymousVolumes: renewsAnonymousVolumes, timeout: timeout)
      let made = plan.add(.createContainer(creation), name, after: prepared)
      madeSteps[service.name, default: []].append(made)
      before.append(made)
    }
    guard starts else { return }
    let started = plan.add(
      existing?.state == "paused" && before == awaited ? .unpause : .start(hooks: service.startHooks), name,
      after: before)
    startedSteps[service.name, default: []].append(started)
  }

  /// Whether a container is not what its service describes.
  private func differs(_ service: Service, _ container: ObservedContainer) -> Bool {
    switch recreation {
    case .never: return false
    case .always where services.isEmpty || services.contains(service.name) || recreatesDependencies: return true
    case .always, .differing: break
    }
    if container.labels[ComposeLabel.hash] != ConfigurationHash.of(service) { return true }
    if let image = state.images[service.image(in: project.name)] {
      // Docker Compose notes the image's id in a label; the container's own is the same.
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

  /// - Returns: the steps after which the service may be started.
  private mutating func addAwaits(_ service: Service) throws(ComposeError) -> [Int] {
    var result: [Int] = []
    for dependency in service.dependencies {
      let started = startedSteps[dependency.service] ?? []
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
