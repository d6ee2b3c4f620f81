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

  /// The body of every answer that is an error.
  public struct ErrorBody: Codable, Sendable, Hashable {
    public var message: String
    public init(message: String) { self.message = message }
  }

  /// The id of a thing just made.
  public struct IdentifierResponse: Codable, Sendable, Hashable {
    public var Id: String
    public init(Id: String) { self.Id = Id }
  }

  /// What a request with `plan=1` in its query answers instead of doing it: what would be done to the host, in order,
  /// in the words of `ip`, `sysctl` and `nft`. This is ours; Docker's API has nothing like it.
  public struct Plan: Codable, Sendable, Hashable {
    public var Steps: [String]
    public init(Steps: [String]) { self.Steps = Steps }
  }

  /// A host of the cluster whose networks span hosts. This is ours, too.
  public struct ClusterNode: Codable, Sendable, Hashable {
    public var ID: String
    public var Name: String
    /// On the network between the hosts.
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
