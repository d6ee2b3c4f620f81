import Addressing
import EngineModel
import Kernel
import Testing

@testable import Engine

@Suite struct ContainerBuilderTests {
  private func build(
    in state: EngineState = EngineState(), image: ContainerConfiguration = ContainerConfiguration(),
    _ change: (inout ContainerCreateRequest) throws -> Void
  ) throws -> ContainerBuilder.Outcome {
    var configuration = ContainerConfiguration()
    configuration.image = "busybox"
    configuration.command = ["true"]
    var request = ContainerCreateRequest(configuration: configuration)
    try change(&request)
    return try ContainerBuilder(
      request: request, image: ContainerBuilder.ImageFacts(id: "sha256:0", configuration: image)
    ).container(
      id: .random(), name: "x", in: state,
      defaults: .init(hostname: "here", runtime: "runc", runtimes: ["runc"]), now: Timestamp(nanoseconds: 0))
  }

  private func refusal(_ change: (inout ContainerCreateRequest) throws -> Void) -> String? {
    #expect(throws: EngineError.self) { try build(change) }?.message
  }

  @Test func whatTheImageSaysFillsWhatTheRequestLeavesOpen() throws {
    var image = ContainerConfiguration()
    image.entrypoint = ["/entry"]
    image.command = ["serve"]
    image.environment = ["PATH=/bin", "MODE=a"]
    image.workingDirectory = "/srv"
    let plain = try build(image: image) { request in
      request.configuration.command = nil
      request.configuration.environment = ["MODE=b"]
    }.container
    #expect(plain.arguments == ["/entry", "serve"])
    #expect(plain.configuration.environment == ["MODE=b", "PATH=/bin"])
    #expect(plain.configuration.workingDirectory == "/srv")
    #expect(plain.configuration.hostname == plain.id.short)
    // An entrypoint of one's own silences the image's command.
    let own = try build(image: image) { request in
      request.configuration.command = nil
      request.configuration.entrypoint = ["/mine"]
    }.container
    #expect(own.arguments == ["/mine"])
    // An empty one leaves the command as it is.
    let none = try build(image: image) { request in
      request.configuration.command = nil
      request.configuration.entrypoint = []
    }.container
    #expect(none.arguments == ["serve"])
  }

  @Test func contradictionsAreToldInDockersWords() throws {
    var state = EngineState()
    let other = try build { _ in }.container
    state.put(other)
    func shared(_ change: @escaping (inout ContainerCreateRequest) throws -> Void) -> String? {
      #expect(throws: EngineError.self) {
        try build(in: state) { request in
          request.host.networkMode = .container("x")
          try change(&request)
        }
      }?.message
    }
    let port = try parsed("80", as: TransportPort.self)
    #expect(
      shared { $0.host.portBindings[port] = [] }
        == "conflicting options: port publishing and the container type network mode")
    #expect(
      shared { $0.configuration.exposedPorts = [port] }
        == "conflicting options: port exposing and the container type network mode")
    #expect(shared { $0.configuration.hostname = "h" } == "conflicting options: hostname and the network mode")
    #expect(
      shared { $0.host.extraHosts = ["a:192.0.2.1"] }
        == "conflicting options: custom host-to-IP mapping and the network mode")
    #expect(
      refusal { request in
        request.host.autoRemove = true
        request.host.restartPolicy = RestartPolicy(name: .always)
      } == "can't create 'AutoRemove' container with restart policy")
    #expect(refusal { $0.configuration.command = nil } == "no command specified")
    #expect(refusal { $0.configuration.workingDirectory = "srv" }?.contains("absolute path") == true)
  }

  @Test func aModeByNameBecomesAnID() throws {
    var state = EngineState()
    let other = try build { _ in }.container
    state.put(other)
    let made = try build(in: state) { $0.host.networkMode = .container("x") }.container
    #expect(made.host.networkMode == .container(other.id.rawValue))
    // Not "not found", at which clients fetch the image.
    let error = #expect(throws: EngineError.self) { try build { $0.host.networkMode = .container("nobody") } }
    #expect(error?.code == .invalidParameter && error?.message == "No such container: nobody")
  }

  @Test func hostModePublishesNothingAndSaysSo() throws {
    let outcome = try build { request in
      request.host.networkMode = .host
      request.host.portBindings[try parsed("80", as: TransportPort.self)] = []
    }
    #expect(outcome.warnings == ["Published ports are discarded when using host network mode"])
    #expect(outcome.container.configuration.hostname == "here")
  }
}

@Suite struct LinkTests {
  @Test(arguments: [("db", "db", "db"), ("db:store", "db", "store"), ("/db:/web/store", "db", "store")])
  func forms(_ text: String, _ target: String, _ alias: String) throws {
    let link = try ContainerLink(text)
    #expect(link.target == target && link.alias == alias)
  }

  @Test(arguments: ["", ":", "db:", "a:b:c"])
  func badForms(_ text: String) {
    #expect(throws: EngineError.self) { try ContainerLink(text) }
  }

  @Test func aLinkNeedsARunningContainer() async throws {
    try await Rig.with { rig in
      _ = try await rig.engine.createContainer(try rig.request("db"))
      var request = try rig.request("web")
      request.host.links = ["db:store"]
      _ = try await rig.engine.createContainer(request)
      await expectError(.conflict, containing: "Cannot link to a non running container: /db AS /web/store") {
        try await rig.engine.startContainer("web")
      }
      try await rig.engine.startContainer("db")
      try await rig.engine.startContainer("web")
      let files = try await rig.engine.container("web").files
      let hosts = try readFile(files.hosts)
      #expect(hosts.contains("172.17.0.2\tstore"))
      request.name = "other"
      request.host.links = ["nobody"]
      let wrong = request
      await expectError(.invalidParameter, containing: "could not get container for nobody") {
        _ = try await rig.engine.createContainer(wrong)
      }
    }
  }
}
