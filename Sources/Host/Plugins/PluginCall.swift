import JSON

/// One call of a plugin, as a value, so that it can be shown, stored, and made later or again.
package struct PluginCall: Sendable, Hashable {
  package let plugin: String
  /// `NetworkDriver.Join`.
  package let method: String
  /// A JSON object.
  package let body: String

  package init(plugin: String, method: String, body: String) {
    self.plugin = plugin
    self.method = method
    self.body = body
  }

  /// The text of the call in a plan.
  package var text: String { "plugin \(plugin): \(method) \(body)" }
}

extension PluginCall {
  init(_ plugin: String, _ method: String, _ members: [JSONMember]) {
    self.init(
      plugin: plugin, method: method,
      body: String(decoding: JSONWriter.bytes(.object(members)), as: UTF8.self))
  }
}
