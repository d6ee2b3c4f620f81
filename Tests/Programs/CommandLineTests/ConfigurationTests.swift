import Hashing
import JSON
import EngineAPI
import EngineClient
import Glibc
import Testing

@testable import causeway

struct ConfigurationTests {
  private static func withFolder<T>(_ use: (String) async throws -> T) async throws -> T {
    var template = Array("/tmp/causeway-config-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    defer { LocalFile.removeTree(folder) }
    return try await use(folder)
  }

  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy"), ("~~~?", "fn5+Pw=="),
  ])
  func base64(_ text: String, _ encoded: String) {
    #expect(Base64.encode(text.utf8) == encoded)
    #expect(Base64.decode(encoded) == Array(text.utf8))
    #expect(Base64.decode(Base64.encode(text.utf8, isSafeInAddresses: true)) == Array(text.utf8))
    #expect(Base64.decode("a") == nil && Base64.decode("$$$$") == nil)
  }

  @Test func digests() {
    #expect(
      SHA256.hexadecimal(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      SHA256.hexadecimal(Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8))
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
  }

  @Test func loginsAreStoredAsInDocker() async throws {
    try await Self.withFolder { folder in
      try LocalFile.write(
        Array(#"{"psFormat":"x","auths":{"https://old.example/v1/":{"auth":"YTpi"}}}"#.utf8),
        to: "\(folder)/config.json")
      var credentials = RegistryCredentials(configuration: try ClientConfiguration(folder: folder))
      #expect(try await credentials.login(for: "old.example").username == "a")
      let login = RegistryLogin(username: "me", password: "se:cret", server: "reg.example:5000")
      #expect(try await credentials.save(login))
      let written = try JSONParser.parse(try LocalFile.read("\(folder)/config.json"))
      #expect(written["psFormat"]?.text == "x")
      #expect(written["auths"]?["reg.example:5000"]?["auth"]?.text == Base64.encode("me:se:cret".utf8))
      var status = stat()
      #expect(stat("\(folder)/config.json", &status) == 0 && status.st_mode & 0o777 == 0o600)
      let again = RegistryCredentials(configuration: try ClientConfiguration(folder: folder))
      #expect(try await again.login(for: "reg.example:5000") == login)
      let header = try JSONParser.parse(try #require(Base64.decode(login.header)))
      #expect(header["password"]?.text == "se:cret" && header["serveraddress"]?.text == "reg.example:5000")
      #expect(try await credentials.remove("reg.example:5000"))
      #expect(try await !credentials.remove("reg.example:5000"))
      #expect(try await credentials.login(for: "reg.example:5000").isEmpty)
    }
  }

  /// A test helper that stores secrets in a folder.
  @Test func credentialHelpersAreCalled() async throws {
    try await Self.withFolder { folder in
      let script = """
        #!/bin/sh
        case $1 in
          store) cat >\(folder)/kept ;;
          get) read server; [ -e \(folder)/kept ] && cat \(folder)/kept || { echo "credentials not found in native keychain"; exit 1; } ;;
          erase) rm -f \(folder)/kept ;;
        esac
        """
      let helper = "\(folder)/docker-credential-causewaytest\(getpid())"
      // Restores the PATH for other tests.
      let path = Invocation.environment("PATH") ?? "/usr/bin:/bin"
      setenv("PATH", "\(path):\(folder)", 1)
      defer { setenv("PATH", path, 1) }
      try LocalFile.write(Array(script.utf8), to: helper, mode: 0o755)
      try LocalFile.write(
        Array(#"{"credsStore":"causewaytest\#(getpid())"}"#.utf8), to: "\(folder)/config.json")
      var credentials = RegistryCredentials(configuration: try ClientConfiguration(folder: folder))
      #expect(try await credentials.login(for: "reg.example").isEmpty)
      let login = RegistryLogin(username: "me", password: "secret", server: "reg.example")
      #expect(try await !credentials.save(login))
      #expect(try await credentials.login(for: "reg.example") == login)
      let text = String(decoding: try LocalFile.read("\(folder)/config.json"), as: UTF8.self)
      #expect(!text.contains("secret") && text.contains("reg.example"))
      _ = try await credentials.remove("reg.example")
      #expect(!LocalFile.exists("\(folder)/kept"))
    }
  }

  @Test(arguments: [
    ("busybox", RegistryCredentials.hub), ("me/app:1", RegistryCredentials.hub), ("localhost/x", "localhost"),
    ("ghcr.io/a/b@sha256:x", "ghcr.io"), ("reg:5000/x", "reg:5000"), ("docker.io/library/x", RegistryCredentials.hub),
  ])
  func serversOfImages(_ image: String, _ server: String) {
    #expect(RegistryCredentials.server(ofImage: image) == server)
  }

  @Test(arguments: [
    ("", RegistryCredentials.hub), ("docker.io", RegistryCredentials.hub), ("https://ghcr.io/", "ghcr.io"),
    ("reg:5000", "reg:5000"),
  ])
  func namesOfServers(_ text: String, _ key: String) { #expect(RegistryCredentials.key(text) == key) }

  @Test func contextsAreStoredAsInDocker() async throws {
    try await Self.withFolder { folder in
      let store = ContextStore(configuration: folder)
      #expect(try store.all().isEmpty)
      try store.save(EngineContext(name: "far", description: "over there", host: "tcp://far.example:2376"))
      try store.saveTLS("far", [("ca.pem", Array("x".utf8))])
      let path = "\(folder)/contexts/meta/\(SHA256.hexadecimal(Array("far".utf8)))/meta.json"
      #expect(
        String(decoding: try LocalFile.read(path), as: UTF8.self)
          == #"{"Name":"far","Metadata":{"Description":"over there"},"Endpoints":{"docker":{"Host":"tcp://far.example:2376","SkipTLSVerify":false}}}"#
      )
      #expect(try store.all().map(\.name) == ["far"])
      #expect(store.tlsFiles("far") == ["ca.pem"])
      store.remove("far")
      #expect(try store.all().isEmpty && store.tlsFiles("far").isEmpty)
      #expect(throws: CommandFailure.self) { try store.context("far") }
      for name in ["", "x", "default", "a b", "-ab", "../x"] {
        #expect(throws: UsageError.self) { try ContextStore.check(name) }
      }
    }
  }

  @Test func proxiesAreSetInContainers() async throws {
    try await Self.withFolder { folder in
      let text = #"""
        {"proxies":{"default":{"httpProxy":"http://p:1","noProxy":"a,b"},"tcp://far:1":{"httpsProxy":"http://q:2"}}}
        """#
      try LocalFile.write(Array(text.utf8), to: "\(folder)/config.json")
      let configuration = try ClientConfiguration(folder: folder)
      #expect(
        ProxySettings.variables(configuration, host: "unix:///x", given: ["http_proxy=mine", "NO_PROXY"])
          == ["HTTP_PROXY=http://p:1", "no_proxy=a,b"])
      #expect(
        ProxySettings.variables(configuration, host: "tcp://far:1", given: [])
          == ["HTTPS_PROXY=http://q:2", "https_proxy=http://q:2"])
    }
  }

  @Test func engineSelectionOrder() async throws {
    try await Self.withFolder { folder in
      try ContextStore(configuration: folder).save(EngineContext(name: "far", host: "tcp://far.example:2375"))
      var configuration = try ClientConfiguration(folder: folder)
      func choose(
        _ host: String? = nil, _ context: String? = nil, _ environment: [String: String] = [:]
      ) throws -> String {
        let name = try EngineChoice.contextName(
          hostOption: host, contextOption: context, environment: { environment[$0] }, configuration: configuration)
        let choice = try EngineChoice(
          context: name, hostOption: host, environment: { environment[$0] }, configuration: configuration)
        return "\(choice.context) \(choice.host)"
      }
      #expect(try choose() == "default unix:///run/causeway.sock")
      #expect(try choose(nil, "far") == "far tcp://far.example:2375")
      #expect(try choose(nil, nil, ["DOCKER_CONTEXT": "far"]) == "far tcp://far.example:2375")
      #expect(try choose(nil, nil, ["DOCKER_CONTEXT": "far", "DOCKER_HOST": "unix:///a"]) == "default unix:///a")
      #expect(try choose(nil, nil, ["CAUSEWAY_HOST": "unix:///b", "DOCKER_HOST": "unix:///a"]) == "default unix:///b")
      #expect(try choose("unix:///c", nil, ["DOCKER_HOST": "unix:///a"]) == "default unix:///c")
      #expect(throws: UsageError.self) { try choose("unix:///c", "far") }
      #expect(throws: CommandFailure.self) { try choose(nil, "nowhere") }
      configuration["currentContext"] = .string("far")
      #expect(try choose() == "far tcp://far.example:2375")
      #expect(try choose(nil, "default") == "default unix:///run/causeway.sock")
    }
  }
}
