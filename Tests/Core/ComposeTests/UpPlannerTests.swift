import EngineAPI
import Testing

@testable import Compose

/// The steps of `up`, their order, and that there are no others.
@Suite struct UpPlannerTests {
  private static let text = """
    services:
      web: {image: i, scale: 2, depends_on: {db: {condition: service_healthy}}}
      db: {image: i, volumes: ["data:/d"]}
    volumes: {data: {}}
    """

  /// The engine's state after all steps.
  private func state(of project: Project) throws -> ProjectState {
    var state = ProjectState()
    for service in project.services {
      for number in 1...project.scale(of: service) {
        let container = ServiceContainer(project: project, service: service, number: number)
        let body = try container.body()
        state.containers.append(
          ObservedContainer(
            id: "id-\(container.name)", name: container.name, labels: body.Config.Labels ?? [:], state: "running",
            imageID: "sha256:i", networks: Set(body.NetworkingConfig.EndpointsConfig.keys)))
      }
    }
    for network in project.networks {
      var wire = Wire.Network()
      wire.Name = network.name
      wire.Labels = network.body.Labels ?? [:]
      state.networks[network.name] = wire
    }
    for volume in project.volumes {
      var wire = Wire.Volume()
      wire.Name = volume.name
      wire.Labels = volume.body.Labels
      state.volumes[volume.name] = wire
    }
    state.images = ["i": "sha256:i"]
    return state
  }

  private func words(_ plan: Plan) -> [String] {
    plan.steps.map { step in
      let action =
        switch step.action {
        case .createNetwork: "network"
        case .removeNetwork: "remove-network"
        case .createVolume: "volume"
        case .removeVolume: "remove-volume"
        case .createContainer(let creation): creation.replaced == nil ? "create" : "recreate"
        case .keep: "keep"
        case .start: "start"
        case .restart: "restart"
        case .stop: "stop"
        case .kill: "kill"
        case .pause: "pause"
        case .unpause: "unpause"
        case .remove: "remove"
        case .await(let condition, _): "await-\(condition.rawValue)"
        case .removeImage: "remove-image"
        }
      return "\(action) \(step.subject)"
        + (step.after.isEmpty ? "" : " < \(step.after.sorted().map(String.init).joined(separator: ","))")
    }
  }

  @Test func fromNothing() throws {
    let project = try project(Self.text)
    let plan = try UpPlanner(project: project, state: ProjectState()).makePlan()
    #expect(
      words(plan) == [
        "network app_default", "volume app_data", "create app-db-1 < 0,1", "start app-db-1 < 2",
        "await-service_healthy app-db-1 < 3", "create app-web-1 < 0", "start app-web-1 < 4,5", "create app-web-2 < 0",
        "start app-web-2 < 4,7",
      ])
    #expect(!plan.isEmpty)
  }

  @Test func unchangedContainersAreKept() throws {
    let project = try project(Self.text)
    let plan = try UpPlanner(project: project, state: try state(of: project)).makePlan()
    #expect(
      words(plan) == [
        "keep app-db-1", "await-service_healthy app-db-1 < 0", "keep app-web-1 < 1", "keep app-web-2 < 1",
      ])
  }

  @Test func onlyChangedContainersAreRecreated() throws {
    let before = try state(of: try project(Self.text))
    let changed = try project(Self.text + "\n").changed("db", "environment", ["A": "1"])
    #expect(
      words(try UpPlanner(project: changed, state: before).makePlan()) == [
        "recreate app-db-1", "start app-db-1 < 0", "await-service_healthy app-db-1 < 1", "keep app-web-1 < 2",
        "keep app-web-2 < 2",
      ])
    var planner = UpPlanner(project: changed, state: before)
    planner.recreation = .never
    #expect(words(try planner.makePlan()).allSatisfy { $0.hasPrefix("keep") || $0.hasPrefix("await") })
    planner.recreation = .always
    #expect(words(try planner.makePlan()).count { $0.hasPrefix("recreate") } == 3)
  }

  @Test func aNewImageAndAStoppedContainer() throws {
    let project = try project("services: {a: {image: i}}\n")
    var state = try state(of: project)
    state.images = ["i": "sha256:new"]
    #expect(
      words(try UpPlanner(project: project, state: state).makePlan()) == ["recreate app-a-1", "start app-a-1 < 0"])
    state.images = [:]
    let running = state.containers[0]
    state.containers[0] = ObservedContainer(
      id: running.id, name: running.name, labels: running.labels, state: "exited", networks: running.networks)
    #expect(words(try UpPlanner(project: project, state: state).makePlan()) == ["start app-a-1"])
  }

  @Test func scalingFillsGapsAndRemovesTheLast() throws {
    var project = try project("services: {a: {image: i}}\n")
    project.scales["a"] = 3
    var state = try state(of: project)
    state.containers.remove(at: 1)
    #expect(
      words(try UpPlanner(project: project, state: state).makePlan()) == [
        "keep app-a-1", "keep app-a-3", "create app-a-2", "start app-a-2 < 2",
      ])
    project.scales["a"] = 1
    #expect(
      words(try UpPlanner(project: project, state: state).makePlan()) == [
        "stop app-a-3", "remove app-a-3 < 0", "keep app-a-1",
      ])
    project.scales["a"] = 0
    #expect(words(try UpPlanner(project: project, state: state).makePlan()).count == 4)
  }

  @Test func orphans() throws {
    let before = try state(of: try project("services: {a: {image: i}, old: {image: i}}\n"))
    var planner = UpPlanner(project: try project("services: {a: {image: i}}\n"), state: before)
    let plan = try planner.makePlan()
    #expect(words(plan) == ["keep app-a-1"])
    #expect(plan.warnings.count == 1 && plan.warnings[0].contains("[app-old-1]"))
    planner.removesOrphans = true
    #expect(words(try planner.makePlan()) == ["keep app-a-1", "stop app-old-1", "remove app-old-1 < 1"])
  }

  @Test func aChangedNetworkIsRecreatedWithItsContainers() throws {
    let before = try state(of: try project("services: {a: {image: i}}\n"))
    let changed = try project("services: {a: {image: i}}\nnetworks: {default: {internal: true}}\n")
    #expect(
      words(try UpPlanner(project: changed, state: before).makePlan()) == [
        "stop app-a-1", "remove app-a-1 < 0", "remove-network app_default < 1", "network app_default < 2",
        "create app-a-1 < 3", "start app-a-1 < 4",
      ])
  }

  @Test func externalAndForeignNetworksAndVolumes() throws {
    let text =
      "services: {a: {image: i, networks: [n], volumes: [\"v:/v\"]}}\nnetworks: {n: {external: true}}\nvolumes: {v: {external: true}}\n"
    let external = try project(text)
    #expect { try UpPlanner(project: external, state: ProjectState()).makePlan() } throws: { error in
      (error as? ComposeError)?.message == "network n declared as external, but could not be found"
    }
    var state = ProjectState()
    state.networks["n"] = Wire.Network()
    #expect { try UpPlanner(project: external, state: state).makePlan() } throws: { error in
      (error as? ComposeError)?.message == "external volume \"v\" not found"
    }
    state.volumes["v"] = Wire.Volume()
    #expect(
      words(try UpPlanner(project: external, state: state).makePlan()) == ["create app-a-1", "start app-a-1 < 0"])
    state.networks["app_default"] = Wire.Network()
    #expect { try UpPlanner(project: try project("services: {a: {image: i}}\n"), state: state).makePlan() } throws: {
      error in
      (error as? ComposeError)?.message.contains("was not created for project \"app\"") == true
    }
  }

  @Test func containersThatShareANamespaceAreRecreatedTogether() throws {
    let text =
      "services: {a: {image: i}, b: {image: i, network_mode: \"service:a\"}, c: {image: i, depends_on: {a: {condition: service_started, restart: true}}}}\n"
    let before = try state(of: try project(text))
    let changed = try project(text).changed("a", "environment", ["A": "1"])
    #expect(
      words(try UpPlanner(project: changed, state: before).makePlan()) == [
        "recreate app-a-1", "start app-a-1 < 0", "recreate app-b-1 < 0", "start app-b-1 < 1,2", "keep app-c-1 < 1",
        "restart app-c-1 < 1,4",
      ])
  }

  @Test func downFollowsTheReverseOrder() throws {
    let project = try project(Self.text)
    let state = try state(of: project)
    var planner = DownPlanner(name: "app", project: project, state: state)
    #expect(
      words(planner.makePlan()) == [
        "stop app-web-1", "stop app-web-2", "stop app-db-1 < 0,1", "remove app-web-1 < 0", "remove app-web-2 < 1",
        "remove app-db-1 < 2", "remove-network app_default < 3,4,5",
      ])
    planner.removesVolumes = true
    planner.images = ["x"]
    #expect(words(planner.makePlan()).suffix(2) == ["remove-volume app_data < 3,4,5", "remove-image x < 3,4,5"])
    // Without files, the labels hold the dependencies.
    let unknown = DownPlanner(name: "app", project: nil, state: state)
    #expect(words(unknown.makePlan()).prefix(3) == ["stop app-web-1", "stop app-web-2", "stop app-db-1 < 0,1"])
    var one = DownPlanner(name: "app", project: project, state: state)
    one.services = ["web"]
    #expect(words(one.makePlan()).count == 4)
  }
}

extension Project {
  /// With one attribute of a service changed.
  fileprivate func changed(_ service: String, _ attribute: String, _ values: [String: String]) -> Project {
    var result = self
    let location = document.location
    result.document["services"]?[service]?[attribute] = Node(
      .mapping(values.map { Node.Entry($0.key, at: location, .text($0.value, at: location)) }), at: location)
    return result
  }
}
