import EngineModel
import Testing

@testable import Images

@Suite struct RunMountTests {
  private func flag(_ mount: String) throws -> String {
    let instruction = DockerfileInstruction(line: 2, text: "RUN --mount=\(mount) true")
    return String(try RunMount("--mount=\(mount)", of: instruction).flag.dropFirst("--mount=".count))
  }

  @Test func dockersOptionsAreKept() throws {
    #expect(try flag("target=/x") == "type=bind,target=/x")
    #expect(try flag("type=bind,from=base,src=/a,dst=/b,rw") == "type=bind,from=base,source=/a,target=/b,rw")
    #expect(
      try flag("type=bind,source=a/..b,destination=/b,readonly=true")
        == "type=bind,source=a/..b,target=/b,readonly=true")
    #expect(
      try flag("type=cache,id=go-build,target=/c,sharing=locked,mode=0755,uid=1,gid=2")
        == "type=cache,id=go-build,target=/c,sharing=locked,mode=0755,uid=1,gid=2")
    #expect(try flag("type=tmpfs,target=/t,size=64m") == "type=tmpfs,target=/t,tmpfs-size=64m")
    #expect(try flag("type=secret,id=token,required,mode=0400") == "type=secret,id=token,required,mode=0400")
    #expect(try flag("type=ssh") == "type=ssh")
  }

  @Test func theNameOfACacheIsOneComponent() throws {
    func name(_ mount: String) throws -> String {
      let options = try flag("type=cache,\(mount)").split(separator: ",")
      return String(try #require(options.first { $0.hasPrefix("id=") }).dropFirst(3))
    }
    var names: Set<String> = []
    for identifier in ["../../etc", "/root/.npm", "..", ".", "a/b", "a b", "ä", String(repeating: "x", count: 200)] {
      let result = try name("id=\(identifier),target=/x")
      #expect(result.hasPrefix("cache-") && !result.contains("/"), "\(identifier)")
      names.insert(result)
    }
    // No other id has the name of a translated one.
    names.insert(try name("id=\(try name("id=..,target=/x")),target=/x"))
    #expect(names.count == 9)
    #expect(try name("id=..,target=/y") == name("id=..,target=/x"))
    #expect(try name("target=/root/.cache") == name("id=/root/.cache,target=/elsewhere"))
  }

  @Test(arguments: [
    "type=devpts,target=/x", "type=,target=/x", "type=bind", "type=bind,target=",
    "type=bind,target=/x,bind-propagation=shared",
    "type=bind,target=/x,U", "type=bind,target=/x,Source=/a", "type=bind,source=../a,target=/x",
    "type=bind,source=a/../..,target=/x",
    "type=bind,source=$UP,target=/x", "type=bind,target=/x/../y", "type=bind,target=/x,rw=maybe",
    "type=bind,from=,target=/x",
    "type=cache,target=/x,sharing=none", "type=cache,target=/x,uid=root", "type=cache,target=/x,mode=999",
    "type=cache,target=/x,mode=77777", "type=cache,id=,target=/x", "type=tmpfs,target=/x,size=big",
    "type=secret,id=../x", "type=secret,id=a/b", "type=ssh,id=..", "type=bind,,target=/x",
    "type=bind,\"source=a\",target=/x",
    "type=bind,source=a\\,target=/x",
  ])
  func otherMountsAreRefused(_ mount: String) {
    #expect(throws: EngineError.self) { try flag(mount) }
  }
}
