import FoundationEssentials

@testable import Runtime

enum JSON {
  static func decode(_ bytes: [UInt8]) throws -> OCISpecification {
    try JSONDecoder().decode(OCISpecification.self, from: Data(bytes))
  }
}
