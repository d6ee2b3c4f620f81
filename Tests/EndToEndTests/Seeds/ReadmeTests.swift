import TestHosts
import Testing

/// Runs the commands of README.md in their order.
@Suite(.serialized, .engineHost) struct ReadmeTests {
  /// Lines that this test does not run, and why.
  static let elsewhere: [(line: String, reason: String)] = [
    ("make demo", "creates its own host"),
    ("make test", "runs this test"),
    ("make install", "needs a release build, and changes this machine"),
    ("sudo systemctl start causeway", "the engine of this host already runs, without systemd"),
  ]

  @Test func everyCommandWorks() async throws {
    let host = try TestHost.shared
    let folder = "\(host.folder)/reader"
    try await host.shell(
      "mkdir '\(folder)' && ln -s '\(Binaries.package)/Scripts' '\(folder)/Scripts' && cat >'\(folder)/compose.yaml'",
      stdin: "services: {a: {\(staying)}, b: {\(staying)}}\n"
    ).succeeded()
    let readme = try await TestHost.runOnThisMachine(["cat", "\(Binaries.package)/README.md"])
    let lines = DocumentExamples(readme).commands
    #expect(lines.count > 12)
    for line in lines {
      if Self.elsewhere.contains(where: { $0.line == line }) { continue }
      let command = line.replacing("sudo ", with: "").replacing("<this machine's address>", with: TestHost.address)
      // A new server may not listen yet.
      let asks = command.contains("wget ") || command.hasPrefix("curl ")
      let output = try await poll(line, for: .seconds(10), every: .milliseconds(200)) {
        let output = try await host.shell("set -o pipefail; cd '\(folder)'; \(command)")
        return output.code == 0 || !asks ? output : nil
      }
      #expect(output.code == 0, "\(line): \(output)")
      if asks { #expect(output.stdout.contains("localhost"), "\(line): \(output)") }
      if line.contains("--plan") {
        #expect(output.stdout.contains("ip link") || output.stdout.contains("nft"), "\(output)")
        #expect(try await host.docker("network", "ls", "-q", "-f", "name=shop").lines.isEmpty)
      }
      if line.contains("compose ps") { #expect(output.lines.count == 3, "\(output)") }
    }
    for (line, reason) in Self.elsewhere {
      #expect(lines.contains(line), "README.md no longer has \(line) (\(reason))")
    }
  }
}
