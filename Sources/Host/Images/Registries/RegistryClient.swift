import EngineModel
import Glibc
import Kernel

/// Sends registry requests for which skopeo has no command, with curl. Login, certificates, proxies and insecure
/// registries are the same as for skopeo. The command line contains no secrets.
struct RegistryClient: Sendable {
  private let tool: Tool
  private let folder: PrivateFolder
  private let domain: String
  private let isInsecure: Bool
  private let login: RegistryLogin
  private let authorities: String?
  private let clientCertificate: (certificate: String, key: String)?

  /// For a dedicated thread: it may resolve the registry's name.
  ///
  /// - Throws: `unavailable` if curl is not installed.
  init(in parent: String, domain: String, settings: RegistrySettings, login: RegistryLogin) throws {
    tool = try Tool("curl")
    folder = try PrivateFolder(in: parent)
    self.domain = domain
    self.login = login
    isInsecure = InsecureRegistries(settings.insecure).contains(domain, lookup: HostLookup.addresses)
    let certificates = RegistryCertificates(of: domain)
    clientCertificate = certificates.clientCertificate
    authorities = try certificates.bundle(in: folder.path)
  }

  struct Response: Sendable {
    let status: Int
    let body: [UInt8]
    /// `WWW-Authenticate`.
    fileprivate let challenge: String
    /// The path of the next page (RFC 8288); `nil`: this is the last page.
    let next: String?
  }

  /// Fetches a path of the registry. It authenticates if the registry asks for it.
  ///
  /// - Parameters:
  ///   - path: `/v2/_catalog`.
  ///   - query: names and values.
  /// - Throws: `system` if the registry refuses this login; `unavailable` if it cannot be reached.
  func get(_ path: String, _ query: [(String, String)] = []) async throws -> Response {
    let host = domain == ImageReference.defaultDomain ? "index.docker.io" : domain
    var failure = ""
    for scheme in isInsecure ? ["https", "http"] : ["https"] {
      let url = "\(scheme)://\(host)\(path)"
      switch try await fetch(url, query) {
      case .failure(let reason): failure = reason.text
      case .success(let response) where response.status == 401:
        guard let credentials = try await credentials(for: response.challenge),
          case .success(let authenticated) = try await fetch(url, query, credentials), authenticated.status != 401
        else {
          // Not status 401: the docker command would then ask for a Docker Hub password.
          throw EngineError(.system, "the registry \(domain): unauthorized: authentication required")
        }
        return authenticated
      case .success(let response): return response
      }
    }
    throw EngineError(.unavailable, "the registry \(domain) cannot be reached: \(failure)")
  }

  /// The reason why curl got no response.
  private struct ConnectionFailure: Error {
    let text: String
  }

  private func fetch(_ url: String, _ query: [(String, String)], _ credentials: [String] = []) async throws
    -> Result<Response, ConnectionFailure>
  {
    var lines = [
      "url = \(Self.quoted(url))", "get", "silent", "show-error", "location", "max-redirs = 5", "connect-timeout = 10",
      "max-time = 60", "proto = \"=http,https\"", "proto-redir = \"=\(isInsecure ? "http,https" : "https")\"",
      "user-agent = \"causeway\"", "write-out = \"\\n%{http_code}\\n%header{www-authenticate}\\n%header{link}\"",
    ]
    lines += query.map { "data-urlencode = \(Self.quoted("\($0)=\($1)"))" } + credentials
    if let authorities { lines.append("cacert = \(Self.quoted(authorities))") }
    if let clientCertificate {
      lines += ["cert = \(Self.quoted(clientCertificate.certificate))", "key = \(Self.quoted(clientCertificate.key))"]
    }
    if isInsecure { lines.append("insecure") }
    // `-q` must come first: it ignores root's own curlrc.
    let output = try await tool.run(["-q", "-K", "-"], stdin: Array(lines.joined(separator: "\n").utf8))
    try Task.checkCancellation()
    guard output.status.isSuccess else {
      // The first line is the error, the rest is advice about curl.
      let reason = output.stderrText.split(separator: "\n").first.map(String.init) ?? "\(output.status)"
      return .failure(
        ConnectionFailure(text: reason.firstRange(of: ") ").map { String(reason[$0.upperBound...]) } ?? reason))
    }
    guard output.droppedOutput == 0, let response = Response(output.stdout) else {
      throw EngineError(.system, "the registry \(domain) sent a response that is too large")
    }
    return .success(response)
  }

  /// The curl options that response an authentication challenge (RFC 7617; distribution: token authentication).
  private func credentials(for challenge: String) async throws -> [String]? {
    let user = "user = \(Self.quoted("\(login.username):\(login.password)"))"
    let challenge = AuthenticationChallenge(challenge)
    if challenge.scheme == "basic" { return login.username.isEmpty ? nil : [user] }
    guard challenge.scheme == "bearer", let realm = challenge.parameters["realm"],
      realm.hasPrefix("https://") || isInsecure && realm.hasPrefix("http://")
    else { return nil }
    let query = ["service", "scope"].compactMap { name in challenge.parameters[name].map { (name, $0) } }
    guard case .success(let response) = try await fetch(realm, query, login.username.isEmpty ? [] : [user]),
      response.status == 200, let token = AuthenticationChallenge.token(response.body)
    else { return nil }
    return ["header = \(Self.quoted("Authorization: Bearer \(token)"))"]
  }

  /// Quotes a value for curl's configuration file (curl(1), `--config`).
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for character in text {
      switch character {
      case "\"", "\\": result += "\\\(character)"
      case "\n", "\r\n": result += "\\n"
      case "\r": result += "\\r"
      default: result.append(character)
      }
    }
    return result + "\""
  }
}

extension RegistryClient.Response {
  /// Parses curl's output: the body, then a line each for the status and two headers.
  init?(_ output: [UInt8]) {
    var rest = output[...]
    var last: [String] = []
    for _ in 0..<3 {
      guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return nil }
      last.append(String(decoding: rest[(end + 1)...], as: UTF8.self))
      rest = rest[..<end]
    }
    guard let status = Int(last[2]) else { return nil }
    self.init(status: status, body: Array(rest), challenge: last[1], next: Self.path(ofLink: last[0]))
  }

  /// The path of `<https://registry/v2/_catalog?last=x&n=9>; rel="next"`, without the registry.
  static func path(ofLink link: String) -> String? {
    guard link.contains("rel=\"next\"") || link.contains("rel=next"), link.hasPrefix("<"),
      let end = link.firstIndex(of: ">")
    else { return nil }
    var address = link[link.index(after: link.startIndex)..<end]
    if let scheme = address.firstRange(of: "://") {
      address = address[scheme.upperBound...].drop { $0 != "/" }
    }
    return address.hasPrefix("/") ? String(address) : nil
  }
}
