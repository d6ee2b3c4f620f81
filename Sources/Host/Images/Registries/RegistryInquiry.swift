import EngineModel
import Glibc
import Kernel

/// Asks one registry what skopeo has no command for, through curl: who asks, certificates, proxies and insecure
/// registries as for everything else. Nothing secret is on a command line.
struct RegistryInquiry: Sendable {
  private let tool: Tool
  private let folder: PrivateFolder
  private let domain: String
  private let isInsecure: Bool
  private let login: RegistryLogin
  private let authorities: String?
  private let pair: (certificate: String, key: String)?

  /// For a dedicated thread: it may have to look the registry's name up.
  ///
  /// - Throws: `unavailable` when curl is not installed.
  init(in parent: String, domain: String, settings: RegistrySettings, login: RegistryLogin) throws {
    tool = try Tool("curl")
    folder = try PrivateFolder(in: parent)
    self.domain = domain
    self.login = login
    isInsecure = InsecureRegistries(settings.insecure).contains(domain, lookup: HostLookup.addresses)
    let certificates = RegistryCertificates(of: domain)
    pair = certificates.pair
    authorities = try certificates.bundle(in: folder.path)
  }

  /// What came back.
  struct Answer: Sendable {
    let status: Int
    let body: [UInt8]
    /// `WWW-Authenticate`.
    fileprivate let challenge: String
    /// What follows, as a path in the registry (RFC 8288); `nil`: nothing does.
    let next: String?
  }

  /// Fetches a path of the registry, and shows the login when it is asked for.
  ///
  /// - Parameters:
  ///   - path: `/v2/_catalog`.
  ///   - query: names and values.
  /// - Throws: `system` when the registry will not say it to this login; `unavailable` when it cannot be reached.
  func get(_ path: String, _ query: [(String, String)] = []) async throws -> Answer {
    let host = domain == ImageReference.defaultDomain ? "index.docker.io" : domain
    var failure = ""
    for scheme in isInsecure ? ["https", "http"] : ["https"] {
      let url = "\(scheme)://\(host)\(path)"
      switch try await fetch(url, query) {
      case .failure(let reason): failure = reason.text
      case .success(let answer) where answer.status == 401:
        guard let proof = try await proof(for: answer.challenge),
          case .success(let known) = try await fetch(url, query, proof), known.status != 401
        else {
          // Not as status 401, at which the docker command would ask for a password for Docker Hub.
          throw EngineError(.system, "the registry \(domain): unauthorized: authentication required")
        }
        return known
      case .success(let answer): return answer
      }
    }
    throw EngineError(.unavailable, "the registry \(domain) cannot be reached: \(failure)")
  }

  /// Why curl got no answer.
  private struct Unreached: Error {
    let text: String
  }

  private func fetch(_ url: String, _ query: [(String, String)], _ proof: [String] = []) async throws
    -> Result<Answer, Unreached>
  {
    var lines = [
      "url = \(Self.quoted(url))", "get", "silent", "show-error", "location", "max-redirs = 5", "connect-timeout = 10",
      "max-time = 60", "proto = \"=http,https\"", "proto-redir = \"=\(isInsecure ? "http,https" : "https")\"",
      "user-agent = \"causeway\"", "write-out = \"\\n%{http_code}\\n%header{www-authenticate}\\n%header{link}\"",
    ]
    lines += query.map { "data-urlencode = \(Self.quoted("\($0)=\($1)"))" } + proof
    if let authorities { lines.append("cacert = \(Self.quoted(authorities))") }
    if let pair { lines += ["cert = \(Self.quoted(pair.certificate))", "key = \(Self.quoted(pair.key))"] }
    if isInsecure { lines.append("insecure") }
    // `-q` first: no settings of root's own.
    let output = try await tool.run(["-q", "-K", "-"], stdin: Array(lines.joined(separator: "\n").utf8))
    try Task.checkCancellation()
    guard output.status.isSuccess else {
      // Its first line says what happened, the others what could be done with curl.
      let reason = output.stderrText.split(separator: "\n").first.map(String.init) ?? "\(output.status)"
      return .failure(Unreached(text: reason.firstRange(of: ") ").map { String(reason[$0.upperBound...]) } ?? reason))
    }
    guard output.droppedOutput == 0, let answer = Answer(output.stdout) else {
      throw EngineError(.system, "the registry \(domain) answered with more than can be taken in")
    }
    return .success(answer)
  }

  /// What shows who asks, in the way that a registry wants to see it (RFC 7617; distribution: token authentication).
  private func proof(for challenge: String) async throws -> [String]? {
    let user = "user = \(Self.quoted("\(login.username):\(login.password)"))"
    let wanted = AuthenticationChallenge(challenge)
    if wanted.scheme == "basic" { return login.username.isEmpty ? nil : [user] }
    guard wanted.scheme == "bearer", let realm = wanted.parameters["realm"],
      realm.hasPrefix("https://") || isInsecure && realm.hasPrefix("http://")
    else { return nil }
    let query = ["service", "scope"].compactMap { name in wanted.parameters[name].map { (name, $0) } }
    guard case .success(let answer) = try await fetch(realm, query, login.username.isEmpty ? [] : [user]),
      answer.status == 200, let token = AuthenticationChallenge.token(answer.body)
    else { return nil }
    return ["header = \(Self.quoted("Authorization: Bearer \(token)"))"]
  }

  /// As curl's settings want a text (curl(1), `--config`).
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

extension RegistryInquiry.Answer {
  /// Reads what curl writes: the body, and after it, each in a line, the status and two headers.
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

  /// Of `<https://registry/v2/_catalog?last=x&n=9>; rel="next"` what comes after the registry.
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
