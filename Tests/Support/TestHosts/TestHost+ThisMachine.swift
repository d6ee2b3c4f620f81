import Kernel

extension TestHost {
  /// Runs preparations for tests that need the machine's own network.
  ///
  /// - Returns: standard output without surrounding white space.
  package static func runOnThisMachine(_ vector: [String]) async throws -> String {
    let output = try await Tool(vector[0]).run(Array(vector.dropFirst())).requireSuccess(vector[0])
    return String(decoding: output.stdout, as: UTF8.self).trimmed
  }
}
