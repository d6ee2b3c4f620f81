import JSON

/// One call of a plugin, as a value, so that it can be shown, stored, and made later or again.
public struct PluginCall: Sendable, Hashable {
  public let plugin: String
  /// `NetworkDriver.Join`.
  public let method: String
  /// A JSON object.
  public let body: String

  public init(plugin: String, method: String, body: String) {
    self.plugin = plugin
    self.method = method
    self.body = body
  }

  /// The text of the call in a plan.
  public var words: String { "plugin \(plugin): \(method) \(body)" }
}

extension PluginCall {
  init(_ plugin: String, _ method: String, _ members: [JSONMember]) {
    self.init(
      plugin: plugin, method: method,
      body: String(decoding: JSONWriter.bytes(.object(members)), as: UTF8.self))
  }
}
