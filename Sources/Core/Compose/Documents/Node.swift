/// A node of a document, with its source location. The location survives interpolation and merging, so that errors
/// point at the place where the value was written.
package struct Node: Sendable, Hashable {
  package indirect enum Content: Sendable, Hashable {
    case scalar(Scalar)
    case sequence([Node])
    case mapping([Entry])
  }

  package struct Entry: Sendable, Hashable {
    package var key: String
    package var keyLocation: SourceLocation
    package var value: Node

    package init(_ key: String, at location: SourceLocation, _ value: Node) {
      self.key = key
      keyLocation = location
      self.value = value
    }
  }

  /// What the tags `!reset` and `!override` say about a value.
  package enum Directive: Sendable, Hashable {
    /// Removes the value, as if no file had set it.
    case reset
    /// Replaces the earlier value instead of merging with it.
    case override
  }

  package var content: Content
  package var location: SourceLocation
  package var directive: Directive?

  package init(_ content: Content, at location: SourceLocation, directive: Directive? = nil) {
    self.content = content
    self.location = location
    self.directive = directive
  }

  static func text(_ text: String, at location: SourceLocation) -> Node { Node(.scalar(Scalar(text)), at: location) }
  static func integer(_ value: some BinaryInteger, at location: SourceLocation) -> Node {
    Node(.scalar(Scalar(String(value), .integer)), at: location)
  }
  static func bool(_ value: Bool, at location: SourceLocation) -> Node {
    Node(.scalar(Scalar(value ? "true" : "false", .bool)), at: location)
  }
  static func null(at location: SourceLocation) -> Node { Node(.scalar(Scalar("", .null)), at: location) }

  /// A mapping of the non-nil members, in this order.
  static func mapping(_ members: KeyValuePairs<String, Node?>, at location: SourceLocation) -> Node {
    Node(.mapping(members.compactMap { key, value in value.map { Entry(key, at: location, $0) } }), at: location)
  }
}

extension Node {
  var scalar: Scalar? { if case .scalar(let scalar) = content { scalar } else { nil } }
  package var isNull: Bool { scalar?.kind == .null }
  /// The text of a scalar that is not null.
  package var text: String? { scalar.flatMap { $0.kind == .null ? nil : $0.text } }
  package var bool: Bool? { text.flatMap(Scalar.boolean) }
  package var integer: Int64? { text.flatMap { Scalar.integer($0) } }
  /// The members of a sequence; empty for other nodes.
  package var items: [Node] { if case .sequence(let items) = content { items } else { [] } }
  /// The members of a mapping; empty for other nodes.
  package var entries: [Entry] {
    get { if case .mapping(let entries) = content { entries } else { [] } }
    set { content = .mapping(newValue) }
  }

  var isMapping: Bool { if case .mapping = content { true } else { false } }
  var isSequence: Bool { if case .sequence = content { true } else { false } }

  /// The texts of the scalars in a sequence.
  package var texts: [String] { items.compactMap(\.text) }

  /// A member of a mapping. Setting `nil` removes it; a new member goes to the end.
  package subscript(key: String) -> Node? {
    get { entries.first { $0.key == key }?.value }
    set {
      var entries = entries
      let index = entries.firstIndex { $0.key == key }
      switch (index, newValue) {
      case (let index?, let value?): entries[index].value = value
      case (let index?, nil): entries.remove(at: index)
      case (nil, let value?): entries.append(Entry(key, at: value.location, value))
      case (nil, nil): return
      }
      content = .mapping(entries)
    }
  }

  /// A description for messages: `the number 80`, `a list`.
  var summary: String {
    switch content {
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .scalar(let scalar):
      switch scalar.kind {
      case .null: "nothing"
      case .bool: "the boolean \(scalar.text)"
      case .integer, .float: "the number \(scalar.text)"
      case .string: "\"\(scalar.text)\""
      }
    }
  }
}
