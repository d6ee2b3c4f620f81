public import EngineAPI

/// A step of a plan: one engine call or a few related ones, and the steps that must run before.
public struct Step: Sendable {
  public enum Action: Sendable {
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
  public struct Creation: Sendable {
    public let body: Wire.ContainerCreateBody
    public let platform: String?
    public let files: [ServiceContainer.InjectedFile]
    /// The container that the new one replaces. It is stopped and removed after the new one is created.
    public let replaced: ObservedContainer?
    /// Whether the new container gets new anonymous volumes instead of those of the old one.
    public let renewsAnonymousVolumes: Bool
    /// The seconds that the old container has to stop; `nil` for its own timeout.
    public let timeout: Int?

    public init(
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

  public let id: Int
  public let action: Action
  /// The name of the network, volume, container or image that the step changes.
  public let subject: String
  /// The steps that must be done before.
  public let after: Set<Int>
}

/// Steps in an order that respects their dependencies. Independent steps may run concurrently.
public struct Plan: Sendable {
  public private(set) var steps: [Step] = []
  public var warnings: [String] = []

  public init() {}

  /// - Returns: the id that later steps refer to.
  @discardableResult
  mutating func add(_ action: Step.Action, _ subject: String, after: some Sequence<Int> = []) -> Int {
    let id = steps.count
    steps.append(Step(id: id, action: action, subject: subject, after: Set(after)))
    return id
  }

  /// Whether the plan changes nothing.
  public var isEmpty: Bool {
    steps.allSatisfy { if case .keep = $0.action { true } else { false } }
  }
}
