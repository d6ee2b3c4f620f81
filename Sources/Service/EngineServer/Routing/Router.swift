internal import EngineAPI
internal import EngineModel
internal import NIOHTTP1

/// Finds the route of a request. Paths may begin with a version.
struct Router: Sendable {
  private let routes: [String: [Route]]
  private let headers: HTTPHeaders
  /// Called for every answer once its status is known.
  private let note: @Sendable (_ route: Route, _ status: Int) -> Void
  /// Called for every answer that reports an internal error.
  private let report: @Sendable (_ request: String, _ error: any Error) -> Void
  /// Called for what a request asks for and its answer cannot say that it was ignored.
  private let remark: @Sendable (_ request: String, _ text: String) -> Void

  init(
    _ routes: [Route], headers: HTTPHeaders = [:],
    note: @escaping @Sendable (_ route: Route, _ status: Int) -> Void = { _, _ in },
    report: @escaping @Sendable (_ request: String, _ error: any Error) -> Void = { _, _ in },
    remark: @escaping @Sendable (_ request: String, _ text: String) -> Void = { _, _ in }
  ) {
    self.remark = remark
    self.note = note
    self.routes = Dictionary(grouping: routes, by: \.first)
    self.headers = headers
    self.report = report
  }

  func accept(_ head: HTTPRequestHead) -> Acceptance {
    do {
      return try found(head)
    } catch {
      let response = finish(.failure(error))
      return Acceptance(body: .collected) { _ in response }
    }
  }

  private func found(_ head: HTTPRequestHead) throws(EngineError) -> Acceptance {
    let target = try Target(head.uri)
    try target.version.checkSupported()
    guard let (route, parameters) = match(head.method, target.path) else {
      let response = finish(ServerResponse.message("page not found", status: .notFound))
      return Acceptance(body: .collected) { _ in response }
    }
    // A request for a plan must not make the change.
    if target.query.flag("plan"), !route.plans, head.method != .GET, head.method != .HEAD {
      throw EngineError(.notImplemented, "a plan of \(head.method) \(route.template) is not implemented")
    }
    return Acceptance(body: route.body, endsWithClient: route.endsWithClient) { body in
      var request = ServerRequest(
        method: head.method, path: target.path, version: target.version, parameters: parameters,
        query: target.query, headers: head.headers, body: body)
      request.note = { [remark] in remark("\(head.method) \(target.path)", $0) }
      let response: ServerResponse
      do {
        response = finish(try await route.handler(request))
      } catch {
        if ServerResponse.engineError(error).code == .system { report("\(head.method) \(target.path)", error) }
        response = finish(.failure(error))
      }
      note(route, Int(response.status.code))
      return response
    }
  }

  private func match(_ method: HTTPMethod, _ path: String) -> (Route, [String: String])? {
    // dockerd has this path twice, and clients use both.
    let path = path == "/networks/" ? "/networks" : path
    let components = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    for route in routes[String(components.first ?? "")] ?? [] where route.method == method {
      if let parameters = route.match(components) { return (route, parameters) }
    }
    return nil
  }

  /// Adds the headers that every answer has: the server's name and API version.
  private func finish(_ response: ServerResponse) -> ServerResponse {
    var response = response
    response.headers.add(contentsOf: headers)
    return response
  }
}

/// The parts of a request's target.
struct Target: Sendable, Hashable {
  var path: String
  var version: APIVersion
  var query: QueryItems

  /// - Throws: `invalidParameter`.
  init(_ uri: String) throws(EngineError) {
    var rest = uri[...]
    // The absolute form of RFC 9112, 3.2.2.
    if !rest.hasPrefix("/"), let scheme = rest.firstRange(of: "://") {
      rest = rest[scheme.upperBound...].drop { $0 != "/" }
    }
    if let fragment = rest.firstIndex(of: "#") { rest = rest[..<fragment] }
    let mark = rest.firstIndex(of: "?") ?? rest.endIndex
    guard let decoded = PercentText.decode(rest[..<mark]), decoded.hasPrefix("/"),
      let items = QueryItems(rest[mark...].dropFirst())
    else { throw EngineError(.invalidParameter, "invalid URL escape in the request's target") }
    query = items
    version = .current
    path = decoded
    guard decoded.hasPrefix("/v") else { return }
    let component = decoded.dropFirst(2).prefix { $0 != "/" }
    guard !component.isEmpty, component.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }) else { return }
    guard let requested = APIVersion(String(component)) else {
      throw EngineError(.invalidParameter, "invalid API version \"\(component)\"")
    }
    version = requested
    path = String(decoded.dropFirst(2 + component.count))
  }
}
