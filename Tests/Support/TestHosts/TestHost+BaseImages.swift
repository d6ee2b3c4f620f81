extension TestHost {
  /// Loads images made from Debian packages by `Scripts/base-images`, if the engine does not have them. The first call
  /// on a machine creates them, which takes a minute and needs the machine's network.
  package func loadBaseImages(_ names: String...) async throws {
    var missing: [String] = []
    for name in names where try await docker("image", "inspect", "-f", "{{.Id}}", name).code != 0 {
      missing.append(name)
    }
    guard !missing.isEmpty else { return }
    let script = "\(Binaries.package)/Scripts/base-images"
    _ = try await Self.runOnThisMachine([script])
    try await shell(
      "set -o pipefail; '\(script)' \(missing.joined(separator: " ")) | docker load", timeout: .seconds(120)
    )
    .succeeded()
  }
}
