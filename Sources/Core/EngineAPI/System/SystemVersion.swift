extension Wire {
  /// The answer of `GET /version`.
  package struct SystemVersion: Codable, Sendable, Hashable {
    package var Platform = PlatformName()
    package var Components: [Component] = []
    package var Version = ""
    package var ApiVersion = ""
    package var MinAPIVersion = ""
    package var GitCommit = ""
    package var GoVersion = ""
    package var Os = ""
    package var Arch = ""
    package var KernelVersion = ""
    package var BuildTime = ""
    package init() {}

    package struct PlatformName: Codable, Sendable, Hashable {
      package var Name = ""
      package init() {}
    }

    package struct Component: Codable, Sendable, Hashable {
      package var Name = ""
      package var Version = ""
      package var Details: [String: String] = [:]
      package init() {}
    }
  }

  /// The body of every error response.
  package struct ErrorBody: Codable, Sendable, Hashable {
    package var message: String
    package init(message: String) { self.message = message }
  }

  /// The id of a new object.
  package struct IdentifierResponse: Codable, Sendable, Hashable {
    package var Id: String
    package init(Id: String) { self.Id = Id }
  }

  /// The answer to a request with `plan=1` in its query: the changes to the host that the request would make, in order,
  /// as commands of `ip`, `sysctl` and `nft`. Not part of Docker's API.
  package struct Plan: Codable, Sendable, Hashable {
    package var Steps: [String]
    package init(Steps: [String]) { self.Steps = Steps }
  }

  /// A node of the cluster. Not part of Docker's API.
  package struct ClusterNode: Codable, Sendable, Hashable {
    package var ID: String
    package var Name: String
    /// The address on the underlay.
    package var Address: String
    package var IsAlive: Bool
    package var IsThisHost: Bool
    package var Containers: Int

    package init(ID: String, Name: String, Address: String, IsAlive: Bool, IsThisHost: Bool, Containers: Int) {
      self.ID = ID
      self.Name = Name
      self.Address = Address
      self.IsAlive = IsAlive
      self.IsThisHost = IsThisHost
      self.Containers = Containers
    }
  }
}
