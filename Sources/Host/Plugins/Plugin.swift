package import JSON
import Addressing
import HTTPExchange
import Kernel
import Synchronization

/// A plugin that was found and activated. Each call has a connection and a thread of its own: a plugin that hangs delays
/// only its callers, and those only until the timeout.
package final class Plugin: Sendable {
  package let name: String
  package let address: PluginAddress
  /// The subsystems that it implements: `NetworkDriver`, `IpamDriver`.
  package let implements: Set<String>
  private let waiting = Mutex(0)
  let driverCapabilities = Mutex<NetworkDriverAnswers.Capabilities?>(nil)
  let ipamCapabilities = Mutex<IPAMAnswers.Capabilities?>(nil)

  /// The most calls at once; a plugin with more open calls does not answer.
  static let maximumCalls = 64

  init(name: String, address: PluginAddress, implements: Set<String> = []) {
    self.name = name
    self.address = address
    self.implements = implements
  }

  /// Makes a call and returns the JSON object of the answer.
  ///
  /// - Throws: ``PluginFailure``.
  package func perform(_ call: PluginCall, within limit: Duration) async throws(PluginFailure) -> JSONValue {
    func failure(_ kind: PluginFailure.Kind, _ detail: String) -> PluginFailure {
      PluginFailure(plugin: name, method: call.method, kind: kind, detail: detail)
    }
    let isAllowed = waiting.withLock { count in
      guard count < Self.maximumCalls else { return false }
      count += 1
      return true
    }
    guard isAllowed else {
      throw failure(.unreachable, "\(Self.maximumCalls) calls wait for its answer already")
    }
    defer { waiting.withLock { $0 -= 1 } }
    do {
      let request = HTTPRequest(
        path: "/\(call.method)", host: "plugin", accept: "application/vnd.docker.plugins.v1.2+json",
        body: Array(call.body.utf8))
      let response = try await HTTPClient.perform(request, at: address, timeout: limit, thread: "plugin-call")
      return try Self.answer(response.status, response.body, failure)
    } catch let error as PluginFailure {
      throw error
    } catch let error as HTTPClient.Failure {
      if error.isTimeout { throw failure(.silent, "within \(limit.components.seconds) s (\(address))") }
      throw failure(error.hasConnected ? .broken : .unreachable, "\(error.cause)")
    } catch {
      throw failure(.unreachable, "\(error)")
    }
  }

  private static func answer(
    _ status: Int, _ body: [UInt8], _ failure: (PluginFailure.Kind, String) -> PluginFailure
  ) throws(PluginFailure) -> JSONValue {
    guard status == 200 else {
      let text = String(decoding: body.prefix(512), as: UTF8.self)
      // A refusal may have any status.
      if let value = try? JSONParser.parse(body), let refusal = refusal(in: value) { throw failure(.refused, refusal) }
      let shown = text.isEmpty ? "" : ": \(text)"
      throw failure(status == 404 ? .unknownCall : .refused, "HTTP status \(status)\(shown)")
    }
    let value: JSONValue
    do {
      // Some plugins answer with an empty body when there is nothing to return.
      value = body.allSatisfy({ $0 == 0x0A || $0 == 0x0D || $0 == 0x20 }) ? .object([]) : try JSONParser.parse(body)
    } catch {
      throw failure(.unusable, "\(error)")
    }
    if case .null = value { return .object([]) }
    guard case .object = value else { throw failure(.unusable, "a JSON object is needed") }
    if let refusal = refusal(in: value) { throw failure(.refused, refusal) }
    return value
  }

  private static func refusal(in value: JSONValue) -> String? {
    guard case .string(let text)? = value["Err"] ?? value["Error"], !text.isEmpty else { return nil }
    return String(text.prefix(1024))
  }
}
