extension Wire {
  /// `DistributionInspect`: the answer of `GET /distribution/{name}/json`.
  package struct DistributionInspect: Codable, Sendable, Hashable {
    package var Descriptor = OCIDescriptor()
    package var Platforms: [OCIPlatform] = []
    package init() {}
  }

  package struct OCIDescriptor: Codable, Sendable, Hashable {
    package var mediaType = ""
    package var digest = ""
    package var size: Int64 = 0
    package init() {}
  }

  package struct OCIPlatform: Codable, Sendable, Hashable {
    package var architecture = ""
    package var os = ""
    package var variant: String?
    package init() {}
  }

  /// The answer of `POST /auth`.
  package struct AuthAnswer: Codable, Sendable, Hashable {
    package var Status: String
    package var IdentityToken = ""
    package init(Status: String) { self.Status = Status }
  }
}
