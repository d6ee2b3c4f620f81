public import JSON

extension Wire {
  /// `ImageSummary`: a line of `GET /images/json`.
  public struct ImageSummary: Codable, Sendable, Hashable {
    public var Containers = -1
    public var Created: Int64 = 0
    public var Id = ""
    @Nullable public var Labels: [String: String]?
    public var ParentId = ""
    public var RepoDigests: [String] = []
    public var RepoTags: [String] = []
    public var SharedSize: Int64 = -1
    public var Size: Int64 = 0
    /// Only before version 1.44.
    public var VirtualSize: Int64?
    public init() {}
  }

  /// `ImageInspect`.
  public struct ImageInspect: Codable, Sendable, Hashable {
    public var Id = ""
    public var RepoTags: [String] = []
    public var RepoDigests: [String] = []
    public var Parent = ""
    public var Comment = ""
    public var Created: String?
    public var DockerVersion = ""
    public var Author = ""
    public var Config = ImageConfig()
    /// Both only before version 1.45. docker-compose 1.29 fails without them.
    public var Container: String?
    public var ContainerConfig: ImageConfig?
    public var Architecture = ""
    public var Variant: String?
    public var Os = ""
    public var Size: Int64 = 0
    /// Only before version 1.44.
    public var VirtualSize: Int64?
    public var GraphDriver = DriverData()
    public var RootFS = RootFilesystem()
    public var Metadata = ImageMetadata()
    public init() {}
  }

  public struct ImageConfig: Codable, Sendable, Hashable {
    public var User: String?
    public var ExposedPorts: [String: Empty]?
    public var Env: [String]?
    public var Cmd: [String]?
    public var Healthcheck: HealthConfig?
    public var Volumes: [String: Empty]?
    public var WorkingDir: String?
    public var Entrypoint: [String]?
    public var Labels: [String: String]?
    public var StopSignal: String?
    public var Shell: [String]?
    public var OnBuild: [String]?
    public init() {}
  }

  public struct RootFilesystem: Codable, Sendable, Hashable {
    public var `Type` = "layers"
    public var Layers: [String] = []
    public init() {}
  }

  public struct ImageMetadata: Codable, Sendable, Hashable {
    public var LastTagTime = "0001-01-01T00:00:00Z"
    public init() {}
  }

  /// One line of `GET /images/{name}/history`.
  public struct ImageHistory: Codable, Sendable, Hashable {
    public var Comment = ""
    public var Created: Int64 = 0
    public var CreatedBy = ""
    public var Id = ""
    public var Size: Int64 = 0
    @Nullable public var Tags: [String]?
    public init() {}
  }

  /// One line of the answer of `DELETE /images/{name}`.
  public struct ImageDeleted: Codable, Sendable, Hashable {
    public var Untagged: String?
    public var Deleted: String?
    public init(Untagged: String? = nil, Deleted: String? = nil) {
      self.Untagged = Untagged
      self.Deleted = Deleted
    }
  }

  public struct ImagesPruned: Codable, Sendable, Hashable {
    @Nullable public var ImagesDeleted: [ImageDeleted]?
    public var SpaceReclaimed: Int64 = 0
    public init() {}
  }
}
