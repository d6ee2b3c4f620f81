extension Wire {
  /// The answer of `GET /version`.
  public struct SystemVersion: Codable, Sendable, Hashable {
    public var Platform = PlatformName()
    public var Components: [Component] = []
    public var Version = ""
    public var ApiVersion = ""
    public var MinAPIVersion = ""
    public var GitCommit = ""
    public var GoVersion = ""
    public var Os = ""
    public var Arch = ""
    public var KernelVersion = ""
    public var BuildTime = ""
    public init() {}

    public struct PlatformName: Codable, Sendable, Hashable {
      public var Name = ""
      public init() {}
    }

    public struct Component: Codable, Sendable, Hashable {
      public var Name = ""
      public var Version = ""
      public var Details: [String: String] = [:]
      public init() {}
    }
  }

  /// The body of every error response.
  public struct ErrorBody: Codable, Sendable, Hashable {
    public var message: String
    public init(message: String) { self.message = message }
  }

  /// The id of a new object.
  public struct IdentifierResponse: Codable, Sendable, Hashable {
    public var Id: String
    public init(Id: String) { self.Id = Id }
  }

  /// The answer to a request with `plan=1` in its query: the changes to the host that the request would make, in order,
  /// as commands of `ip`, `sysctl` and `nft`. Not part of Docker's API.
  public struct Plan: Codable, Sendable, Hashable {
    public var Steps: [String]
    public init(Steps: [String]) { self.Steps = Steps }
  }

  /// A node of the cluster. Not part of Docker's API.
  public struct ClusterNode: Codable, Sendable, Hashable {
    public var ID: String
    public var Name: String
    /// The address on the underlay.
    public var Address: String
    public var IsAlive: Bool
    public var IsThisHost: Bool
    public var Containers: Int

    public init(ID: String, Name: String, Address: String, IsAlive: Bool, IsThisHost: Bool, Containers: Int) {
      self.ID = ID
      self.Name = Name
      self.Address = Address
      self.IsAlive = IsAlive
      self.IsThisHost = IsThisHost
      self.Containers = Containers
    }
  }
}
