import EngineModel
import Testing

@testable import Engine

/// `--platform` against what an image was made for.
@Suite struct PlatformChoiceTests {
  private func doubt(_ requested: String?, _ image: String) throws -> String? {
    try PlatformChoice(requested, host: "linux/amd64").warning(about: image, of: "box")
  }

  @Test func whatFits() throws {
    for requested in [nil, "", "linux", "linux/amd64", "LINUX/x86_64"] {
      #expect(try doubt(requested, "linux/amd64") == nil)
    }
    #expect(try doubt("linux/arm64/v8", "linux/aarch64/v8") == nil)
    #expect(try doubt("linux/arm64", "linux/arm64/v8") == nil)
    // An image that does not say is taken for what is wanted.
    #expect(try doubt("linux/arm64", "") == nil && doubt(nil, "") == nil)
  }

  @Test func whatDoesNot() throws {
    #expect(try doubt(nil, "linux/arm64")?.contains("does not match the detected host platform (linux/amd64)") == true)
    let error = #expect(throws: EngineError.self) { try doubt("linux/arm64", "linux/amd64") }
    #expect(error?.code == .notFound)
    #expect(
      error?.message
        == "image with reference box was found but its platform (linux/amd64) does not match the specified "
        + "platform (linux/arm64)")
    #expect(throws: EngineError.self) { try doubt("linux//v8", "linux/amd64") }
    #expect(throws: EngineError.self) { try doubt("a/b/c/d", "linux/amd64") }
  }
}

@Suite struct ContainerDefaultsTests {
  @Test func whatIsNotSaidIsFilledIn() throws {
    var defaults = ContainerDefaults()
    defaults.logConfiguration.options = ["max-size": "1m", "max-file": "2"]
    defaults.ulimits = [ResourceLimit(name: "nofile", soft: 1, hard: 2), ResourceLimit(name: "core", soft: 0, hard: 0)]
    defaults.usesInit = true
    try defaults.check()
    var host = HostConfiguration()
    host.resources.memory = 10
    host.resources.ulimits = [ResourceLimit(name: "core", soft: 5, hard: 5)]
    host.logConfiguration.options = ["max-file": "7"]
    defaults.complete(&host, isUnified: false)
    #expect(host.logConfiguration == .init(driver: "json-file", options: ["max-size": "1m", "max-file": "7"]))
    #expect(host.resources.ulimits.map(\.soft) == [5, 1])
    #expect(host.resources.memorySwap == 20 && host.resources.oomKillDisable == false)
    #expect(host.ipcMode == "private" && host.cgroupnsMode == "host" && host.shmSize == 64 << 20)
    #expect(host.runInit == true)
    var other = HostConfiguration()
    other.logConfiguration.driver = "local"
    other.runInit = false
    defaults.complete(&other, isUnified: true)
    #expect(other.logConfiguration.options.isEmpty && other.runInit == false && other.cgroupnsMode == "private")
    defaults.logConfiguration.options = ["wings": "2"]
    #expect(throws: EngineError.self) { try defaults.check() }
  }
}
