public import JSON
public import Addressing
import HTTPExchange
import Kernel
import Synchronization

/// A plugin that was found and activated. Each call is a connection and a thread of its own, so that a plugin that hangs
/// holds up nobody but those who ask it, and those no longer than their deadline.
public final class Plugin: Sendable {
  public let name: String
  public let address: PluginAddress
  /// What it said it implements: `NetworkDriver`, `IpamDriver`.
  public let implements: Set<String>
  private let waiting = Mutex(0)
  let driverCapabilities = Mutex<NetworkDriverAnswers.Capabilities?>(nil)
  let ipamCapabilities = Mutex<IPAMAnswers.Capabilities?>(nil)

  /// How many calls may be under way at once; more than that is a plugin that does not answer.
  static let maximumCalls = 64

  init(name: String, address: PluginAddress, implements: Set<String> = []) {
    self.name = name
    self.address = address
    self.implements = implements
  }

  /// Makes a call and gives the JSON object of the answer.
  ///
  /// - Throws: ``PluginFailure``.
  public func perform(_ call: PluginCall, within limit: Duration) async throws(PluginFailure) -> JSONValue {
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
    let address = address
    do {
      let (status, body) = try await onDedicatedThread("plugin-call") { () throws in
        let connection = try HTTPConnection(to: address, until: HTTPConnection.Deadline(after: limit))
        do {
          try connection.send(Self.request(call))
          var reader = HTTPResponseReader()
          try connection.receive(into: &reader)
          return (reader.status, reader.body)
        } catch let error as SystemCallError {
          throw Interrupted(reason: "\(error)")
        }
      }
      return try Self.answer(status, body, failure)
    } catch let error as PluginFailure {
      throw error
    } catch let error as HTTPResponseReader.Malformed {
      throw failure(.broken, error.description)
    } catch let error as Interrupted {
      throw failure(.broken, error.reason)
    } catch is HTTPConnection.TimedOut {
      throw failure(.silent, "within \(limit.components.seconds) s (\(address))")
    } catch {
      throw failure(.unreachable, "\(error)")
    }
  }

  /// The connection stood, and then did not.
  private struct Interrupted: Error {
    let reason: String
  }

  private static func request(_ call: PluginCall) -> [UInt8] {
    let head = """
      POST /\(call.method) HTTP/1.1\r
      Host: plugin\r
      Accept: application/vnd.docker.plugins.v1.2+json\r
      Content-Type: application/json\r
      Content-Length: \(call.body.utf8.count)\r
      Connection: close\r
      \r

      """
    return Array(head.utf8) + call.body.utf8
  }

  private static func answer(
    _ status: Int, _ body: [UInt8], _ failure: (PluginFailure.Kind, String) -> PluginFailure
  ) throws(PluginFailure) -> JSONValue {
    guard status == 200 else {
      let text = String(decoding: body.prefix(512), as: UTF8.self)
      // A refusal may come with a status of its own.
      if let value = try? JSONParser.parse(body), let refusal = refusal(in: value) { throw failure(.refused, refusal) }
      let shown = text.isEmpty ? "" : ": \(text)"
      throw failure(status == 404 ? .unknownCall : .refused, "HTTP status \(status)\(shown)")
    }
    let value: JSONValue
    do {
      // An empty body is what some plugins answer where there is nothing to say.
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
