package import JSON

extension Wire {
  /// `ImageSummary`: a line of `GET /images/json`.
  package struct ImageSummary: Codable, Sendable, Hashable {
    package var Containers = -1
    package var Created: Int64 = 0
    package var Id = ""
    @Nullable package var Labels: [String: String]?
    package var ParentId = ""
    package var RepoDigests: [String] = []
    package var RepoTags: [String] = []
    package var SharedSize: Int64 = -1
    package var Size: Int64 = 0
    /// Only before version 1.44.
    package var VirtualSize: Int64?
    package init() {}
  }

  /// `ImageInspect`.
  package struct ImageInspect: Codable, Sendable, Hashable {
    package var Id = ""
    package var RepoTags: [String] = []
    package var RepoDigests: [String] = []
    /// Since version 1.52, absent when empty.
    package var Parent: String?
    package var Comment: String?
    package var Created: String?
    package var DockerVersion: String?
    package var Author: String?
    package var Config = ImageConfig()
    /// Both only before version 1.45. docker-compose 1.29 fails without them.
    package var Container: String?
    package var ContainerConfig: ImageConfig?
    package var Architecture = ""
    package var Variant: String?
    package var Os = ""
    package var Size: Int64 = 0
    /// Only before version 1.44.
    package var VirtualSize: Int64?
    package var GraphDriver = DriverData()
    package var RootFS = RootFilesystem()
    package var Metadata = ImageMetadata()
    package init() {}
  }

  package struct ImageConfig: Codable, Sendable, Hashable {
    package var User: String?
    package var ExposedPorts: [String: Empty]?
    package var Env: [String]?
    package var Cmd: [String]?
    package var Healthcheck: HealthConfig?
    package var Volumes: [String: Empty]?
    package var WorkingDir: String?
    package var Entrypoint: [String]?
    package var Labels: [String: String]?
    package var StopSignal: String?
    package var Shell: [String]?
    package var OnBuild: [String]?
    package init() {}
  }

  package struct RootFilesystem: Codable, Sendable, Hashable {
    package var `Type` = "layers"
    package var Layers: [String] = []
    package init() {}
  }

  package struct ImageMetadata: Codable, Sendable, Hashable {
    package var LastTagTime = "0001-01-01T00:00:00Z"
    package init() {}
  }

  /// One line of `GET /images/{name}/history`.
  package struct ImageHistory: Codable, Sendable, Hashable {
    package var Comment = ""
    package var Created: Int64 = 0
    package var CreatedBy = ""
    package var Id = ""
    package var Size: Int64 = 0
    @Nullable package var Tags: [String]?
    package init() {}
  }

  /// One line of the answer of `DELETE /images/{name}`.
  package struct ImageDeleted: Codable, Sendable, Hashable {
    package var Untagged: String?
    package var Deleted: String?
    package init(Untagged: String? = nil, Deleted: String? = nil) {
      self.Untagged = Untagged
      self.Deleted = Deleted
    }
  }

  package struct ImagesPruned: Codable, Sendable, Hashable {
    @Nullable package var ImagesDeleted: [ImageDeleted]?
    package var SpaceReclaimed: Int64 = 0
    package init() {}
  }
}
