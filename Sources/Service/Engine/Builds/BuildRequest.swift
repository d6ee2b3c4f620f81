public import EngineModel
public import Images

/// What `POST /build` asks for.
public struct BuildRequest: Sendable {
  /// `t`: names for the image.
  public var names: [String] = []
  /// A path in the context.
  public var dockerfile = "Dockerfile"
  /// The stage to build; empty: the last.
  public var target = ""
  public var arguments: [String: String] = [:]
  public var labels: [String: String] = [:]
  public var usesCache = true
  /// Images that the build stands on are fetched although they are here.
  public var pulls = false
  public var squashes = false
  public var networkMode = NetworkMode.default
  /// `name:address`.
  public var extraHosts: [String] = []
  public var resources = Resources()
  /// The control group below which the steps' are; empty: the top.
  public var controlGroupParent = ""
  /// Bytes of `/dev/shm`; zero: 64 MiB.
  public var sharedMemory: Int64 = 0
  /// `os/architecture[/variant]`; `nil`: this host's.
  public var platform: String?
  /// For fetching what the build stands on, by the registry's name in images' names.
  public var logins: [String: RegistryLogin] = [:]

  public init() {}
}
