extension Wire {
  /// `ContainerSummary`: a line of `GET /containers/json`.
  package struct ContainerSummary: Codable, Sendable, Hashable {
    package var Id = ""
    package var Names: [String] = []
    package var Image = ""
    package var ImageID = ""
    package var Command = ""
    /// Seconds since 1970.
    package var Created: Int64 = 0
    package var Ports: [Port] = []
    package var SizeRw: Int64?
    package var SizeRootFs: Int64?
    package var Labels: [String: String] = [:]
    package var State = ""
    package var Status = ""
    package var HostConfig = Host()
    package var NetworkSettings = Networks()
    package var Mounts: [MountPoint] = []
    package init() {}

    package struct Host: Codable, Sendable, Hashable {
      package var NetworkMode: String?
      package var Annotations: [String: String]?
      package init() {}
    }

    package struct Networks: Codable, Sendable, Hashable {
      package var Networks: [String: EndpointSettings] = [:]
      package init() {}
    }
  }

  /// `Port`: one published or exposed port.
  package struct Port: Codable, Sendable, Hashable {
    package var IP: String?
    package var PrivatePort: UInt16 = 0
    package var PublicPort: UInt16?
    package var `Type` = ""
    package init() {}
  }
}
