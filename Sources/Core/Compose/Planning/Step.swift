public import EngineAPI

/// One call of the engine, or a few that belong together, and what must be done before it.
public struct Step: Sendable {
  public enum Action: Sendable {
    case createNetwork(Wire.NetworkCreateBody)
    case removeNetwork(id: String)
    case createVolume(Wire.VolumeCreateBody)
    case removeVolume
    case createContainer(Creation)
    /// There and right already.
    case keep
    case start(hooks: [Wire.ExecCreateBody])
    case restart(timeout: Int?)
    /// - Parameters:
    ///   - timeout: seconds; `nil` for the container's own.
    case stop(timeout: Int?, hooks: [Wire.ExecCreateBody])
    case kill(signal: String)
    case pause
    case unpause
    case remove(volumes: Bool, force: Bool)
    case await(Service.Dependency.Condition, isRequired: Bool)
    case removeImage
  }

  /// A container to be made.
  public struct Creation: Sendable {
    public let body: Wire.ContainerCreateBody
    public let platform: String?
    public let files: [ServiceContainer.InjectedFile]
    /// The container whose place it takes: that one is stopped and removed once the new one is made.
    public let replaced: ObservedContainer?
    /// Whether the new one has anonymous volumes of its own instead of the former's.
    public let renewsAnonymousVolumes: Bool
    /// Seconds that the former has to stop; `nil` for its own.
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
  /// What the step is about: the name of a network, volume, container or image.
  public let subject: String
  /// Steps that must be done before.
  public let after: Set<Int>
}

/// Steps in an order that satisfies them; those that do not wait for each other may be done side by side.
public struct Plan: Sendable {
  public private(set) var steps: [Step] = []
  public var warnings: [String] = []

  public init() {}

  /// - Returns: the number by which later steps may wait for it.
  @discardableResult
  mutating func add(_ action: Step.Action, _ subject: String, after: some Sequence<Int> = []) -> Int {
    let id = steps.count
    steps.append(Step(id: id, action: action, subject: subject, after: Set(after)))
    return id
  }

  /// Whether anything is to be done.
  public var isEmpty: Bool {
    steps.allSatisfy { if case .keep = $0.action { true } else { false } }
  }
}
