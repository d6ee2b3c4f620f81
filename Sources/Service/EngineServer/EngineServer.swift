internal import CLinux
package import Engine
internal import EngineAPI
internal import EngineModel
package import EngineSettings
internal import Glibc
package import Logging
internal import Kernel
internal import NIOHTTP1
package import TransportSecurity

/// Serves the Docker Engine API. A request handler decodes the request, calls the engine, and encodes the answer.
package final class EngineServer: Sendable {
  private let server: HTTPServer
  private let logger: Logger

  package init(engine: Engine, logger: Logger) {
    let headers: HTTPHeaders = [
      "Api-Version": APIVersion.current.description, "Docker-Experimental": "false", "Ostype": "linux",
      "Server": "\(Product.name)/\(Product.version) (linux)",
    ]
    let router = Router(
      Self.routes(engine), headers: headers,
      note: { route, status in
        logger.debug("answered \(route.method) \(route.template)", metadata: ["status": "\(status)"])
      },
      report: { request, error in logger.error("\(request): \(error)") },
      remark: { request, text in logger.warning("\(request): \(text)") })
    self.logger = logger
    server = HTTPServer(limits: Self.limits, logger: logger) { router.accept($0) }
  }

  /// Clients get at most half of the open-file limit, because the engine needs files to serve them.
  private static var limits: ServerLimits {
    var limits = ServerLimits()
    var files = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files) == 0 {
      limits.connections = min(limits.connections, Int(clamping: files.rlim_cur / 2))
    }
    return limits
  }

  static func routes(_ engine: Engine) -> [Route] {
    SystemHandlers(engine: engine).routes + ContainerHandlers(engine: engine).routes
      + ResourceHandlers(engine: engine).routes
      + StreamHandlers(engine: engine).routes + FilesystemHandlers(engine: engine).routes
      + NetworkHandlers(engine: engine).routes + VolumeHandlers(engine: engine).routes
      + RegistryHandlers(engine: engine).routes + ImageHandlers(engine: engine).routes
      + DriftHandlers(engine: engine).routes + ClusterHandlers(engine: engine).routes
      + ExplanationHandlers(engine: engine).routes
      + BuildHandlers(engine: engine).routes
      + UnsupportedRoutes.all
  }

  /// Starts to listen.
  ///
  /// - Parameters:
  ///   - group: the group whose members may use a Unix socket; `nil`: `docker` or `causeway`, the first that exists.
  ///   - activated: sockets that systemd opened, by ``SystemdActivation/takeSockets()``. One that is bound to the same
  ///     path is used instead of a new one.
  ///   - tls: TLS for TCP connections; Unix sockets never use it.
  /// - Returns: the addresses, for the log.
  /// - Throws: `conflict` when another process listens there, `invalidParameter` for a group that does not exist.
  package func listen(
    on address: HostAddress, group: String? = nil, activated: [CInt] = [], tls: TLSContext? = nil
  ) async throws -> [String] {
    switch address {
    case .activation:
      guard !activated.isEmpty else {
        throw EngineError(
          .unavailable, "no sockets found via socket activation: make sure the service was started by systemd")
      }
      for descriptor in activated {
        let isUnix = UnixSocketAddress.path(of: descriptor) != nil
        if !isUnix, tls == nil { warnAboutPlainTCP("fd://\(descriptor)") }
        try await server.listen(on: descriptor, tls: isUnix ? nil : tls)
      }
      return activated.map { "fd://\($0)" }
    case .unix(let path):
      if let descriptor = activated.first(where: { UnixSocketAddress.path(of: $0) == path }) {
        try await server.listen(on: descriptor)
      } else {
        try await server.listen(on: try UnixListener.open(path: path, group: try Self.group(group)))
      }
      return [path]
    case .tcp(let host, let port):
      if tls == nil { warnAboutPlainTCP("\(host):\(port)") }
      return ["\(host):\(try await server.listen(host: host, port: port, tls: tls))"]
    }
  }

  private func warnAboutPlainTCP(_ place: String) {
    logger.warning(
      "the API listens on \(place) without authentication: whoever reaches this port is root on this host")
  }

  private static func group(_ name: String?) throws(EngineError) -> gid_t {
    guard let name, !name.isEmpty else {
      // Without either group the socket belongs to root.
      return UnixListener.group(named: "docker") ?? UnixListener.group(named: "causeway") ?? getegid()
    }
    guard let group = UnixListener.group(named: name) else {
      throw EngineError(.invalidParameter, "group \(name) not found")
    }
    return group
  }

  /// Stops listening and closes every connection.
  package func shutdown() async { await server.shutdown() }
}
