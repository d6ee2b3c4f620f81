/// Encodes values as JSON: members in the order in which a type encodes them, dictionaries sorted by key, without
/// members that are `nil`.
package enum JSONEncoding {
  package static func value(_ value: some Encodable) throws -> JSONValue {
    try EncodingNode.encode(value, path: [])
  }

  package static func bytes(_ value: some Encodable) throws -> [UInt8] {
    JSONWriter.bytes(try self.value(value))
  }

  /// Bytes that depend only on the members' values: objects sorted by name, at every depth.
  package static func canonicalBytes(_ value: some Encodable) throws -> [UInt8] {
    JSONWriter.bytes(try self.value(value).sorted)
  }
}

/// Marks types without an order of their own.
private protocol Unordered {}
extension Dictionary: Unordered {}

/// The value under construction. Containers append to it; it is read after encoding.
private final class EncodingNode: Encoder {
  enum Content {
    case none
    case single(JSONValue)
    case array([Content])
    case object([(String, Content)])
    case node(EncodingNode)
  }

  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any] = [:]
  var content = Content.none

  init(path: [any CodingKey]) { codingPath = path }

  static func encode<T: Encodable>(_ value: T, path: [any CodingKey]) throws -> JSONValue {
    if let simple = primitive(value) { return simple }
    let node = EncodingNode(path: path)
    try value.encode(to: node)
    guard value is any Unordered, case .object(let members) = node.result else { return node.result }
    return .object(members.sorted { $0.name < $1.name })
  }

  static func primitive<T: Encodable>(_ value: T) -> JSONValue? {
    switch value {
    case let text as String: .string(text)
    case let flag as Bool: .bool(flag)
    case let number as Int: .number(String(number))
    default: nil
    }
  }

  var result: JSONValue { Self.value(of: content) }

  private static func value(of content: Content) -> JSONValue {
    switch content {
    case .none: .object([])
    case .single(let value): value
    case .array(let elements): .array(elements.map(value(of:)))
    case .object(let members): .object(members.map { JSONMember($0.0, value(of: $0.1)) })
    case .node(let node): node.result
    }
  }

  func add(_ name: String, _ member: Content) {
    // Clearing `content` first keeps the array uniquely referenced, so that appending does not copy it.
    guard case .object(var members) = content else {
      content = .object([(name, member)])
      return
    }
    content = .none
    members.append((name, member))
    content = .object(members)
  }

  func add(_ element: Content) {
    guard case .array(var elements) = content else {
      content = .array([element])
      return
    }
    content = .none
    elements.append(element)
    content = .array(elements)
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .none = content { content = .object([]) }
    return KeyedEncodingContainer(Keyed<Key>(node: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .none = content { content = .array([]) }
    return Unkeyed(node: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { Single(node: self) }

  struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: EncodingNode
    var codingPath: [any CodingKey] { node.codingPath }

    func encodeNil(forKey key: Key) { node.add(key.stringValue, .single(.null)) }

    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
      node.add(key.stringValue, .single(try EncodingNode.encode(value, path: codingPath + [key])))
    }

    func nestedContainer<Nested: CodingKey>(
      keyedBy keyType: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
      nested(key).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { nested(key).unkeyedContainer() }
    func superEncoder() -> any Encoder { node }
    func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

    private func nested(_ key: Key) -> EncodingNode {
      let child = EncodingNode(path: codingPath + [key])
      node.add(key.stringValue, .node(child))
      return child
    }
  }

  struct Unkeyed: UnkeyedEncodingContainer {
    let node: EncodingNode
    var codingPath: [any CodingKey] { node.codingPath }
    var count: Int { if case .array(let elements) = node.content { elements.count } else { 0 } }

    func encodeNil() { node.add(.single(.null)) }

    func encode<T: Encodable>(_ value: T) throws {
      node.add(.single(try EncodingNode.encode(value, path: codingPath)))
    }

    func nestedContainer<Nested: CodingKey>(keyedBy keyType: Nested.Type) -> KeyedEncodingContainer<Nested> {
      nested().container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }
    func superEncoder() -> any Encoder { nested() }

    private func nested() -> EncodingNode {
      let child = EncodingNode(path: codingPath)
      node.add(.node(child))
      return child
    }
  }

  struct Single: SingleValueEncodingContainer {
    let node: EncodingNode
    var codingPath: [any CodingKey] { node.codingPath }

    func encodeNil() { node.content = .single(.null) }
    func encode(_ value: Bool) { node.content = .single(.bool(value)) }
    func encode(_ value: String) { node.content = .single(.string(value)) }
    func encode(_ value: Double) throws {
      guard value.isFinite else {
        throw EncodingError.invalidValue(
          value, EncodingError.Context(codingPath: codingPath, debugDescription: "not a finite number"))
      }
      node.content = .single(.number(value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"))
    }
    func encode(_ value: Float) throws { try encode(Double(value)) }
    func encode(_ value: Int) { integer(value) }
    func encode(_ value: Int8) { integer(value) }
    func encode(_ value: Int16) { integer(value) }
    func encode(_ value: Int32) { integer(value) }
    func encode(_ value: Int64) { integer(value) }
    func encode(_ value: UInt) { integer(value) }
    func encode(_ value: UInt8) { integer(value) }
    func encode(_ value: UInt16) { integer(value) }
    func encode(_ value: UInt32) { integer(value) }
    func encode(_ value: UInt64) { integer(value) }

    func encode<T: Encodable>(_ value: T) throws {
      node.content = .single(try EncodingNode.encode(value, path: codingPath))
    }

    private func integer(_ value: some BinaryInteger) { node.content = .single(.number(String(value))) }
  }
}
