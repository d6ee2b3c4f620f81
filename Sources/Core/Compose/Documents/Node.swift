/// A piece of a document, with the place it stands at. It keeps the place through interpolation and merging, so that
/// whatever is wrong with it can be shown where it was written.
public struct Node: Sendable, Hashable {
  public indirect enum Content: Sendable, Hashable {
    case scalar(Scalar)
    case sequence([Node])
    case mapping([Entry])
  }

  public struct Entry: Sendable, Hashable {
    public var key: String
    public var keyPlace: Place
    public var value: Node

    public init(_ key: String, at place: Place, _ value: Node) {
      self.key = key
      keyPlace = place
      self.value = value
    }
  }

  /// What `!reset` and `!override` say about the value that several files give.
  public enum Directive: Sendable, Hashable {
    /// The attribute goes back to what it is when no file speaks of it.
    case reset
    /// The value takes the place of the former one and is not merged with it.
    case override
  }

  public var content: Content
  public var place: Place
  public var directive: Directive?

  public init(_ content: Content, at place: Place, directive: Directive? = nil) {
    self.content = content
    self.place = place
    self.directive = directive
  }

  static func text(_ text: String, at place: Place) -> Node { Node(.scalar(Scalar(text)), at: place) }
  static func integer(_ value: some BinaryInteger, at place: Place) -> Node {
    Node(.scalar(Scalar(String(value), .integer)), at: place)
  }
  static func bool(_ value: Bool, at place: Place) -> Node {
    Node(.scalar(Scalar(value ? "true" : "false", .bool)), at: place)
  }
  static func null(at place: Place) -> Node { Node(.scalar(Scalar("", .null)), at: place) }

  /// A mapping of what is there, in the order given.
  static func mapping(_ members: KeyValuePairs<String, Node?>, at place: Place) -> Node {
    Node(.mapping(members.compactMap { key, value in value.map { Entry(key, at: place, $0) } }), at: place)
  }
}

extension Node {
  var scalar: Scalar? { if case .scalar(let scalar) = content { scalar } else { nil } }
  public var isNull: Bool { scalar?.kind == .null }
  /// The text of a scalar that is not null.
  public var text: String? { scalar.flatMap { $0.kind == .null ? nil : $0.text } }
  public var bool: Bool? { text.flatMap(Scalar.boolean) }
  public var integer: Int64? { text.flatMap { Scalar.integer($0) } }
  /// The members of a sequence; none for anything else.
  public var items: [Node] { if case .sequence(let items) = content { items } else { [] } }
  /// The members of a mapping; none for anything else.
  public var entries: [Entry] {
    get { if case .mapping(let entries) = content { entries } else { [] } }
    set { content = .mapping(newValue) }
  }

  var isMapping: Bool { if case .mapping = content { true } else { false } }
  var isSequence: Bool { if case .sequence = content { true } else { false } }

  /// The texts of a sequence of scalars.
  public var texts: [String] { items.compactMap(\.text) }

  /// A member of a mapping. Setting `nil` removes it; a new one goes to the end.
  public subscript(key: String) -> Node? {
    get { entries.first { $0.key == key }?.value }
    set {
      var entries = entries
      let index = entries.firstIndex { $0.key == key }
      switch (index, newValue) {
      case (let index?, let value?): entries[index].value = value
      case (let index?, nil): entries.remove(at: index)
      case (nil, let value?): entries.append(Entry(key, at: value.place, value))
      case (nil, nil): return
      }
      content = .mapping(entries)
    }
  }

  /// What stands here, for messages: `the number 80`, `a list`.
  var shown: String {
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
