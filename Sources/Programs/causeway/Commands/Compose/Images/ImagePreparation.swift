import Compose
import EngineAPI

/// Sees to it that every service's image is there: pulls and builds what is missing, or what its policy wants anew.
struct ImagePreparation: Sendable {
  let invocation: ComposeInvocation
  let project: Project
  var builds = false
  var neverBuilds = false
  /// `--pull`, before the services' own policies.
  var policy: String?
  var isQuiet = false

  /// - Throws: ``CommandFailure`` for an image that is neither there nor to be had.
  func prepare(_ services: [Service]) async throws {
    let names = services.map { $0.image(in: project.name) }
    let present = Set(try await ImageIdentities(engine: invocation.engine).of(names).keys)
    var pulls: [(image: String, platform: String?)] = []
    var builders: [Service] = []
    for service in services {
      let image = service.image(in: project.name)
      let isThere = present.contains(image)
      let policy = policy ?? service.node["pull_policy"]?.text ?? "missing"
      if service.build != nil {
        let mustBuild = builds || policy == "build" || !isThere
        if mustBuild, neverBuilds {
          guard isThere else {
            throw CommandFailure("the image of service \"\(service.name)\" must be built, and --no-build was given")
          }
        } else if mustBuild {
          builders.append(service)
        }
        continue
      }
      switch policy {
      case "never":
        guard isThere else {
          throw CommandFailure("the image \(image) of service \"\(service.name)\" is not there, and must not be pulled")
        }
      case "always", "refresh": pulls.append((image, service.node["platform"]?.text))
      default: if !isThere { pulls.append((image, service.node["platform"]?.text)) }
      }
    }
    guard !invocation.isDryRun else {
      for pull in pulls { invocation.invocation.say("DRY-RUN  Image \(pull.image)  Pulling") }
      for service in builders {
        invocation.invocation.say("DRY-RUN  Image \(service.image(in: project.name))  Building")
      }
      return
    }
    try await pull(pulls)
    for service in builders {
      try await ImageBuild(invocation: invocation, project: project, service: service, isQuiet: isQuiet).build()
    }
  }

  /// Several images side by side, each once.
  func pull(_ images: [(image: String, platform: String?)], toleratingFailures: Bool = false) async throws {
    let board = invocation.progress
    board.begin("Pulling", steps: images.count)
    defer { board.end() }
    var seen: Set<String> = []
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (image, platform) in images where seen.insert(image).inserted {
        group.addTask {
          if !isQuiet { board.update("Image \(image)", "Pulling", isOver: false) }
          do {
            try await ImageTransfer(
              engine: invocation.engine, configuration: invocation.invocation.configuration, platform: platform,
              isQuiet: true
            ).pull(image, to: .error)
            if !isQuiet { board.update("Image \(image)", "Pulled", isOver: true) }
          } catch {
            board.update("Image \(image)", "Error", isOver: true, failed: true)
            guard toleratingFailures else { throw error }
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
