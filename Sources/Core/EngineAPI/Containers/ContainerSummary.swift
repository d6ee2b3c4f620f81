extension Wire {
  /// `ContainerSummary`: a line of `GET /containers/json`.
  public struct ContainerSummary: Codable, Sendable, Hashable {
    public var Id = ""
    public var Names: [String] = []
    public var Image = ""
    public var ImageID = ""
    public var Command = ""
    /// Seconds since 1970.
    public var Created: Int64 = 0
    public var Ports: [Port] = []
    public var SizeRw: Int64?
    public var SizeRootFs: Int64?
    public var Labels: [String: String] = [:]
    public var State = ""
    public var Status = ""
    public var HostConfig = Host()
    public var NetworkSettings = Networks()
    public var Mounts: [MountPoint] = []
    public init() {}

    public struct Host: Codable, Sendable, Hashable {
      public var NetworkMode: String?
      public var Annotations: [String: String]?
      public init() {}
    }

    public struct Networks: Codable, Sendable, Hashable {
      public var Networks: [String: EndpointSettings] = [:]
      public init() {}
    }
  }

  /// `Port`: one published or exposed port.
  public struct Port: Codable, Sendable, Hashable {
    public var IP: String?
    public var PrivatePort: UInt16 = 0
    public var PublicPort: UInt16?
    public var `Type` = ""
    public init() {}
  }
}
