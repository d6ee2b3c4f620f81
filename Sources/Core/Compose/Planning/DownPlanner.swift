internal import EngineAPI

/// Plans `down`: removes each container before those that it depends on, then the networks, and optionally volumes and
/// images.
package struct DownPlanner: Sendable {
  /// `nil` when there is no Compose file. Labels alone then identify the project's objects.
  let project: Project?
  let name: String
  let state: ProjectState
  package var removesOrphans = false
  package var removesVolumes = false
  /// The names of images to remove.
  package var images: [String] = []
  package var timeout: Int?
  /// The services to remove; empty for the whole project.
  package var services: [String] = []

  package init(name: String, project: Project?, state: ProjectState) {
    self.name = name
    self.project = project
    self.state = state
  }

  package func makePlan() -> Plan {
    var plan = Plan()
    let known = project.map { Set($0.allServices.map(\.name)) }
    let containers = state.containers.filter { container in
      guard services.isEmpty else { return services.contains(container.service) }
      guard let known, !removesOrphans else { return true }
      return known.contains(container.service)
    }
    let stops = Plan.addStops(of: containers, project: project, timeout: timeout, to: &plan)
    var removed: [Int] = []
    for (container, stop) in stops {
      removed.append(plan.add(.remove(volumes: removesVolumes, force: true), container.name, after: [stop]))
    }
    if services.isEmpty {
      for network in state.networks.values.sorted(by: { $0.Name < $1.Name })
      where network.Labels[ComposeLabel.project] == name {
        plan.add(.removeNetwork(id: network.Id), network.Name, after: removed)
      }
      if removesVolumes {
        for volume in state.volumes.values.sorted(by: { $0.Name < $1.Name })
        where volume.Labels?[ComposeLabel.project] == name {
          plan.add(.removeVolume, volume.Name, after: removed)
        }
      }
      for image in images { plan.add(.removeImage, image, after: removed) }
    }
    if let known, services.isEmpty, !removesOrphans {
      let orphans = state.containers.filter { !known.contains($0.service) }.map(\.name).sorted()
      if !orphans.isEmpty {
        plan.warnings.append(
          "Found orphan containers ([\(orphans.joined(separator: " "))]) for this project. If you removed or renamed this "
            + "service in your compose file, you can run this command with the --remove-orphans flag to clean it up.")
      }
    }
    return plan
  }
}
