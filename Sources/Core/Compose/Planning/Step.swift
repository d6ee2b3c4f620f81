package import EngineAPI

/// A step of a plan: one engine call or a few related ones, and the steps that must run before.
package struct Step: Sendable {
  package enum Action: Sendable {
    case createNetwork(Wire.NetworkCreateBody)
    case removeNetwork(id: String)
    case createVolume(Wire.VolumeCreateBody)
    case removeVolume
    case createContainer(Creation)
    /// The container needs no change.
    case keep
    case start(hooks: [Wire.ExecCreateBody])
    case restart(timeout: Int?)
    /// - Parameters:
    ///   - timeout: seconds; `nil` for the container's own timeout.
    case stop(timeout: Int?, hooks: [Wire.ExecCreateBody])
    case kill(signal: String)
    case pause
    case unpause
    case remove(volumes: Bool, force: Bool)
    case await(Service.Dependency.Condition, isRequired: Bool)
    case removeImage
  }

  /// A container to create.
  package struct Creation: Sendable {
    package let body: Wire.ContainerCreateBody
    package let platform: String?
    package let files: [ServiceContainer.InjectedFile]
    /// The container that the new one replaces. It is stopped and removed after the new one is created.
    package let replaced: ObservedContainer?
    /// Whether the new container gets new anonymous volumes instead of those of the old one.
    package let renewsAnonymousVolumes: Bool
    /// The seconds that the old container has to stop; `nil` for its own timeout.
    package let timeout: Int?

    package init(
      body: Wire.ContainerCreateBody, platform: String?, files: [ServiceContainer.InjectedFile],
      replaced: ObservedContainer? = nil, renewsAnonymousVolumes: Bool = false, timeout: Int? = nil
    ) {
      self.body = body
      self.platform = platform
      self.files = files
      self.replaced = replaced
      self.renewsAnonymousVolumes = renewsAnonymousVolumes
      self.timeout = timeout
    }
  }

  package let id: Int
  package let action: Action
  /// The name of the network, volume, container or image that the step changes.
  package let subject: String
  /// The steps that must be done before.
  package let after: Set<Int>
}

/// Steps in an order that respects their dependencies. Independent steps may run concurrently.
package struct Plan: Sendable {
  package private(set) var steps: [Step] = []
  package var warnings: [String] = []

  package init() {}

  /// - Returns: the id that later steps refer to.
  @discardableResult
  mutating func add(_ action: Step.Action, _ subject: String, after: some Sequence<Int> = []) -> Int {
    let id = steps.count
    steps.append(Step(id: id, action: action, subject: subject, after: Set(after)))
    return id
  }

  /// Whether the plan changes nothing.
  package var isEmpty: Bool {
    steps.allSatisfy { if case .keep = $0.action { true } else { false } }
  }
}
