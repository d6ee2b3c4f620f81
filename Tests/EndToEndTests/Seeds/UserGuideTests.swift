import TestHosts
import Testing

/// Runs the commands of each page of the user guide in their order, in a folder that has the files of the page.
@Suite(.serialized, .engineHost) struct UserGuideTests {
  @Test(arguments: ["networks", "names", "ports", "compose", "builds"])
  func everyCommandWorks(page: String) async throws {
    let host = try TestHost.shared
    let text = try await TestHost.runOnThisMachine(["cat", "\(Binaries.package)/docs/guide/\(page).md"])
    let examples = DocumentExamples(text)
    #expect(examples.commands.count > 2)
    let folder = "\(host.folder)/guide-\(page)"
    try await host.shell(
      "mkdir '\(folder)' && '\(Binaries.package)/Scripts/busybox-image' | "
        + "causeway import -c 'CMD [\"sh\"]' - busybox:latest"
    ).succeeded()
    for file in examples.files {
      try await host.shell("cat >'\(folder)/\(file.name)'", stdin: file.text).succeeded()
    }
    for command in examples.commands {
      // A server or a name may need a moment.
      let isRetried = ["wget ", "curl ", "nslookup "].contains { command.contains($0) }
      let output = try await poll(command, for: .seconds(10), every: .milliseconds(200)) {
        let output = try await host.shell("set -o pipefail; cd '\(folder)'; \(command)")
        return output.code == 0 || !isRetried ? output : nil
      }
      // The exit status is the answer; this host has no outside.
      if command.contains("explain ") {
        #expect(output.code < 2, "\(command): \(output)")
      } else {
        #expect(output.code == 0, "\(command): \(output)")
      }
    }
  }
}
