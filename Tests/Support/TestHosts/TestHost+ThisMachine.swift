import Kernel

extension TestHost {
  /// Runs what prepares tests and needs the machine's own network: nothing that is under test.
  ///
  /// - Returns: its standard output without the white space around it.
  public static func runOnThisMachine(_ vector: [String]) async throws -> String {
    let output = try await Tool(vector[0]).run(Array(vector.dropFirst())).requireSuccess(vector[0])
    return String(decoding: output.stdout, as: UTF8.self).trimmed
  }
}
