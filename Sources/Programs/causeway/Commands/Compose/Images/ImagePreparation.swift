import Compose
import EngineAPI

/// Pulls or builds the images that services need.
struct ImagePreparation: Sendable {
  let invocation: ComposeInvocation
  let project: Project
  var builds = false
  var neverBuilds = false
  /// The value of `--pull`. It overrides the services' own policies.
  var policy: String?
  var isQuiet = false

  /// - Throws: ``CommandFailure`` for an image that does not exist and must not be pulled or built.
  func prepare(_ services: [Service]) async throws {
    let names = services.map { $0.image(in: project.name) }
    let present = Set(try await ImageIDs(engine: invocation.engine).find(names).keys)
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
            throw CommandFailure("the image of service \"\(service.name)\" must be built, but --no-build is set")
          }
        } else if mustBuild {
          builders.append(service)
        }
        continue
      }
      switch policy {
      case "never":
        guard isThere else {
          throw CommandFailure(
            "the image \(image) of service \"\(service.name)\" does not exist, and its pull policy is \"never\"")
        }
      case "always", "refresh": pulls.append((image, service.node["platform"]?.text))
      default: if !isThere { pulls.append((image, service.node["platform"]?.text)) }
      }
    }
    guard !invocation.isDryRun else {
      for pull in pulls { invocation.invocation.printLine("DRY-RUN  Image \(pull.image)  Pulling") }
      for service in builders {
        invocation.invocation.printLine("DRY-RUN  Image \(service.image(in: project.name))  Building")
      }
      return
    }
    try await pull(pulls)
    for service in builders {
      try await ServiceImageBuild(invocation: invocation, project: project, service: service, isQuiet: isQuiet).build()
    }
  }

  /// Pulls several images concurrently, each one once.
  func pull(_ images: [(image: String, platform: String?)], toleratingFailures: Bool = false) async throws {
    let board = invocation.progress
    board.begin("Pulling", steps: images.count)
    defer { board.end() }
    var seen: Set<String> = []
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (image, platform) in images where seen.insert(image).inserted {
        group.addTask {
          if !isQuiet { board.update("Image \(image)", "Pulling", isFinished: false) }
          do {
            try await ImageTransfer(
              engine: invocation.engine, configuration: invocation.invocation.configuration, platform: platform,
              isQuiet: true
            ).pull(image, to: .error)
            if !isQuiet { board.update("Image \(image)", "Pulled", isFinished: true) }
          } catch {
            board.update("Image \(image)", "Error", isFinished: true, failed: true)
            guard toleratingFailures else { throw error }
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
