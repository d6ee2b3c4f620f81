extension Wire {
  /// `DistributionInspect`: the answer of `GET /distribution/{name}/json`.
  public struct DistributionInspect: Codable, Sendable, Hashable {
    public var Descriptor = OCIDescriptor()
    public var Platforms: [OCIPlatform] = []
    public init() {}
  }

  public struct OCIDescriptor: Codable, Sendable, Hashable {
    public var mediaType = ""
    public var digest = ""
    public var size: Int64 = 0
    public init() {}
  }

  public struct OCIPlatform: Codable, Sendable, Hashable {
    public var architecture = ""
    public var os = ""
    public var variant: String?
    public init() {}
  }

  /// The answer of `POST /auth`.
  public struct AuthAnswer: Codable, Sendable, Hashable {
    public var Status: String
    public var IdentityToken = ""
    public init(Status: String) { self.Status = Status }
  }
}
