import JSON
import EngineAPI

/// The registry logins of Docker's configuration, stored in the file or by a helper program (`credsStore`,
/// `credHelpers`).
struct RegistryCredentials {
  /// The key of Docker Hub.
  static let hub = "https://index.docker.io/v1/"

  var configuration: ClientConfiguration

  /// The registry that an image's name refers to.
  static func server(ofImage image: String) -> String {
    guard let slash = image.firstIndex(of: "/") else { return hub }
    let first = image[..<slash]
    guard first.contains(".") || first.contains(":") || first == "localhost" else { return hub }
    return first == "docker.io" || first == "index.docker.io" ? hub : String(first)
  }

  /// Normalizes a registry's name to its key: `https://ghcr.io/` becomes `ghcr.io`.
  static func key(_ server: String) -> String {
    if server.isEmpty || server == hub || server == "docker.io" || server == "index.docker.io" { return hub }
    return hostName(server)
  }

  private static func hostName(_ server: String) -> String {
    var rest = server[...]
    for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) { rest = rest.dropFirst(scheme.count) }
    return String(rest.prefix { $0 != "/" })
  }

  /// The stored login for a registry; an empty one when there is none.
  ///
  /// - Throws: ``CommandFailure`` when a helper fails.
  func login(for server: String) async throws -> RegistryLogin {
    var login = RegistryLogin()
    login.server = server
    if let helper = helper(for: server) {
      guard let kept = try await CredentialHelper(name: helper).get(server) else { return login }
      if kept.username == "<token>" {
        login.identityToken = kept.secret
      } else {
        login.username = kept.username
        login.password = kept.secret
      }
      return login
    }
    let entries = configuration["auths"]?.members ?? []
    // Older versions stored complete URLs.
    let entry =
      entries.last { $0.name == server } ?? entries.last { server != Self.hub && Self.hostName($0.name) == server }
    guard let entry = entry?.value else { return login }
    login.identityToken = entry["identitytoken"]?.text ?? ""
    if let pair = entry["auth"]?.text.flatMap({ Base64.decode($0) }) {
      let text = String(decoding: pair, as: UTF8.self)
      let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      login.username = String(halves[0])
      login.password = halves.count == 2 ? String(halves[1].prefix { $0 != "\0" }) : ""
    }
    return login
  }

  /// The header `X-Registry-Config`, which lets a build pull from every registry with a stored login. Registries whose
  /// helper fails are left out.
  func header() async throws -> EngineSession.Query {
    let names = (configuration["auths"]?.members ?? []).map(\.name)
    let helped = (configuration["credHelpers"]?.members ?? []).map(\.name)
    var members: [JSONMember] = []
    for name in Set(names + helped).sorted() {
      guard let login = try? await login(for: name), !login.isEmpty else { continue }
      members.append(JSONMember(name, login.document))
    }
    guard !members.isEmpty else { return [] }
    return [("X-Registry-Config", Base64.encode(JSONWriter.bytes(.object(members)), isSafeInAddresses: true))]
  }

  /// Stores a login.
  ///
  /// - Returns: whether it is stored in the file, unencrypted.
  mutating func save(_ login: RegistryLogin) async throws -> Bool {
    if let helper = helper(for: login.server) {
      let isToken = !login.identityToken.isEmpty
      try await CredentialHelper(name: helper).store(
        login.server, username: isToken ? "<token>" : login.username,
        secret: isToken ? login.identityToken : login.password)
      setEntry(login.server, .object([]))
      try configuration.save()
      return false
    }
    let pair = "\(login.username):\(login.identityToken.isEmpty ? login.password : "")"
    var entry = [JSONMember("auth", .string(Base64.encode(pair.utf8)))]
    if !login.identityToken.isEmpty { entry.append(JSONMember("identitytoken", .string(login.identityToken))) }
    setEntry(login.server, .object(entry))
    try configuration.save()
    return true
  }

  /// - Returns: whether a login was stored.
  mutating func remove(_ server: String) async throws -> Bool {
    let names = (configuration["auths"]?.members ?? []).map(\.name)
      .filter { $0 == server || (server != Self.hub && Self.hostName($0) == server) }
    if let helper = helper(for: server) { try await CredentialHelper(name: helper).erase(server) }
    for name in names { setEntry(name, nil) }
    if !names.isEmpty { try configuration.save() }
    return !names.isEmpty
  }

  private func helper(for server: String) -> String? {
    configuration["credHelpers"]?[server]?.text ?? configuration.text("credsStore")
  }

  private mutating func setEntry(_ server: String, _ entry: JSONValue?) {
    var members = (configuration["auths"]?.members ?? []).filter { $0.name != server }
    if let entry { members.append(JSONMember(server, entry)) }
    configuration["auths"] = .object(members)
  }
}
