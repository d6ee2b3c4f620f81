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
  /// Base images are pulled even if they exist.
  public var pulls = false
  public var squashes = false
  public var networkMode = NetworkMode.default
  /// `name:address`.
  public var extraHosts: [String] = []
  public var resources = Resources()
  /// The parent of the steps' control groups; empty: the root.
  public var controlGroupParent = ""
  /// Bytes of `/dev/shm`; zero: 64 MiB.
  public var sharedMemory: Int64 = 0
  /// `os/architecture[/variant]`; `nil`: this host's.
  public var platform: String?
  /// Logins for pulling base images, by registry name.
  public var logins: [String: RegistryLogin] = [:]

  public init() {}
}
