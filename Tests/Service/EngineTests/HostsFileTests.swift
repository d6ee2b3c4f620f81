import EngineModel
import Kernel
import Testing

@testable import Engine

/// What a user changed in a container's files stays.
@Suite struct HostsFileTests {
  private let written = "127.0.0.1\tlocalhost\n172.17.0.2\tbox\n"

  @Test func aFileThatNobodyChangedIsReplaced() {
    #expect(HostsFile.merged(written, from: written, to: "new\n") == "new\n")
  }

  @Test func linesOfAUserStay() {
    let current = "127.0.0.1\tlocalhost\n192.0.2.1\tmine\n172.17.0.2\tbox\n192.0.2.2\tlast"
    #expect(
      HostsFile.merged(current, from: written, to: "127.0.0.1\tlocalhost\n172.18.0.2\tbox\n")
        == "127.0.0.1\tlocalhost\n192.0.2.1\tmine\n192.0.2.2\tlast\n172.18.0.2\tbox\n")
    #expect(HostsFile.merged(current, from: written, to: written) == current + "\n")
  }

  @Test func linesThatAUserRemovedStayAway() {
    let current = "172.17.0.2\tbox\n"
    #expect(
      HostsFile.merged(current, from: written, to: written + "172.18.0.2\tbox\n") == current + "172.18.0.2\tbox\n")
  }

  @Test func filesOfAContainerThatIsConnected() async throws {
    try await Rig.with { rig in
      _ = try await rig.engine.createNetwork(NetworkCreateRequest(name: "n1"))
      _ = try await rig.engine.createNetwork(NetworkCreateRequest(name: "n2"))
      _ = try await rig.engine.createContainer(try rig.request("box", network: "n1"))
      try await rig.engine.startContainer("box")
      let files = try await rig.engine.container("box").files
      let name = try await rig.engine.container("box").container.configuration.hostname
      try writeFile(files.hosts, try readFile(files.hosts) + "192.0.2.1 mine\n")
      try await rig.engine.connect(network: "n2", container: "box")
      #expect(try readFile(files.hosts).hasSuffix("172.18.0.2\t\(name)\n192.0.2.1 mine\n172.19.0.2\t\(name)\n"))
      try writeFile(files.resolverConfiguration, "nameserver 192.0.2.53\n")
      try await rig.engine.disconnect(network: "n2", container: "box")
      #expect(try readFile(files.hosts).hasSuffix("172.18.0.2\t\(name)\n192.0.2.1 mine\n"))
      #expect(try readFile(files.resolverConfiguration) == "nameserver 192.0.2.53\n")
      try await rig.engine.restartContainer("box")
      #expect(try readFile(files.resolverConfiguration) == "nameserver 192.0.2.53\n")
      #expect(try !readFile(files.hosts).contains("mine"))
    }
  }
}
