/// Decodes JSON by the rules of Go's `encoding/json`, which every client of dockerd expects: absent and `null` members
/// have the zero value, names match without regard to case when none matches exactly, and types are strict. Unlike
/// dockerd, ``decodeStrictly(_:from:)`` also returns the members that nothing decoded.
package enum JSONDecoding {
  /// What decoding does with a member that the type needs and the document does not have, or has as `null`.
  package enum Absence: Sendable {
    /// The member gets its type's zero value, as in Go.
    case zero
    /// Decoding fails. This suits documents whose format requires the member, such as an image manifest.
    case error
  }

  /// - Throws: ``JSONError`` with Go's message.
  package static func decode<T: Decodable>(
    _ type: T.Type, from bytes: some Sequence<UInt8>, absent: Absence = .zero
  ) throws -> T {
    try decode(type, from: try JSONParser.parse(Array(bytes)), absent: absent)
  }

  /// - Throws: ``JSONError`` with Go's message.
  package static func decode<T: Decodable>(
    _ type: T.Type, from value: JSONValue, absent: Absence = .zero
  ) throws -> T {
    try T(from: DecodingNode(value: value, path: [], reading: nil, absent: absent))
  }

  /// Decodes, and lists the paths of unknown members with a value other than zero: the request asks for something that
  /// would be ignored.
  ///
  /// - Throws: ``JSONError`` with Go's message.
  package static func decodeStrictly<T: Decodable>(
    _ type: T.Type, from bytes: [UInt8]
  ) throws -> (value: T, unknown: [String]) {
    let reading = Reading()
    let value = try T(from: DecodingNode(value: try JSONParser.parse(bytes), path: [], reading: reading, absent: .zero))
    return (value, reading.unknown)
  }
}

/// The members that were read, by object.
private final class Reading {
  private var objects: [String: (members: [JSONMember], read: Set<String>)] = [:]
  private var order: [String] = []

  func begin(_ path: String, _ members: [JSONMember]) {
    guard objects[path] == nil else { return }
    objects[path] = (members, [])
    order.append(path)
  }

  func note(_ path: String, _ name: String) {
    objects[path]?.read.insert(name)
  }

  var unknown: [String] {
    order.flatMap { path -> [String] in
      guard let (members, read) = objects[path] else { return [] }
      return members.filter { !read.contains($0.name) && !$0.value.isZero }
        .map { path.isEmpty ? $0.name : "\(path).\($0.name)" }
    }
  }
}

private struct DecodingNode: Decoder {
  let value: JSONValue
  let codingPath: [any CodingKey]
  let reading: Reading?
  let absent: JSONDecoding.Absence
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  init(value: JSONValue, path: [any CodingKey], reading: Reading?, absent: JSONDecoding.Absence) {
    self.value = value
    codingPath = path
    self.reading = reading
    self.absent = absent
  }

  /// The node of a member or an element.
  func child(_ value: JSONValue, at key: some CodingKey) -> DecodingNode {
    DecodingNode(value: value, path: codingPath + [key], reading: reading, absent: absent)
  }

  var pathText: String { codingPath.map(\.stringValue).joined(separator: ".") }

  func mismatch(_ expected: String) -> JSONError {
    let place = codingPath.isEmpty ? "value" : "field \(pathText)"
    return JSONError("cannot unmarshal \(value.kind) into \(place) of type \(expected)")
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    switch value {
    case .null where absent == .zero: return KeyedDecodingContainer(Keyed(node: self, members: []))
    case .object(let members):
      reading?.begin(pathText, members)
      return KeyedDecodingContainer(Keyed(node: self, members: members))
    default: throw mismatch("object")
    }
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    switch value {
    case .null where absent == .zero: return Unkeyed(node: self, values: [])
    case .array(let values): return Unkeyed(node: self, values: values)
    default: throw mismatch("array")
    }
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { Single(node: self) }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    try T(from: self)
  }

  struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let node: DecodingNode
    let members: [JSONMember]
    /// The index of each name; the last one counts.
    let index: [String: Int]
    /// The path for `reading`, if there is one.
    let path: String

    init(node: DecodingNode, members: [JSONMember]) {
      self.node = node
      self.members = members
      path = node.reading == nil ? "" : node.pathText
      index = Dictionary(members.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { $1 })
    }

    var codingPath: [any CodingKey] { node.codingPath }
    var allKeys: [Key] { members.compactMap { Key(stringValue: $0.name) } }

    private func member(_ key: Key) -> JSONValue? {
      let name = key.stringValue
      if let place = index[name] {
        node.reading?.note(path, name)
        return members[place].value
      }
      guard let other = members.last(where: { Self.matches($0.name, name) }) else { return nil }
      node.reading?.note(path, other.name)
      return other.value
    }

    private static func matches(_ a: String, _ b: String) -> Bool {
      a.utf8.count == b.utf8.count && zip(a.utf8, b.utf8).allSatisfy { lowered($0) == lowered($1) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    private func child(_ key: Key) -> DecodingNode { node.child(member(key) ?? .null, at: key) }

    func contains(_ key: Key) -> Bool { member(key) != nil }
    func decodeNil(forKey key: Key) -> Bool { (member(key) ?? .null) == .null }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try child(key).decode(type) }

    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
      try child(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      try child(key).unkeyedContainer()
    }

    func superDecoder() -> any Decoder { node }
    func superDecoder(forKey key: Key) -> any Decoder { child(key) }
  }

  struct Unkeyed: UnkeyedDecodingContainer {
    let node: DecodingNode
    let values: [JSONValue]
    var currentIndex = 0

    init(node: DecodingNode, values: [JSONValue]) {
      self.node = node
      self.values = values
    }

    var codingPath: [any CodingKey] { node.codingPath }
    var count: Int? { values.count }
    var isAtEnd: Bool { currentIndex >= values.count }

    private mutating func next() throws -> DecodingNode {
      guard currentIndex < values.count else { throw JSONError("array ends at \(node.pathText)") }
      defer { currentIndex += 1 }
      return node.child(values[currentIndex], at: Position(intValue: currentIndex))
    }

    mutating func decodeNil() -> Bool {
      guard currentIndex < values.count, values[currentIndex] == .null else { return false }
      currentIndex += 1
      return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().decode(type) }

    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
      try next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }
  }

  struct Position: CodingKey {
    let intValue: Int?
    let stringValue: String
    init(intValue: Int) {
      self.intValue = intValue
      stringValue = "[\(intValue)]"
    }
    init?(stringValue: String) { nil }
  }

  struct Single: SingleValueDecodingContainer {
    let node: DecodingNode
    var codingPath: [any CodingKey] { node.codingPath }

    func decodeNil() -> Bool { node.value == .null }

    func decode(_ type: Bool.Type) throws -> Bool {
      switch node.value {
      case .null where node.absent == .zero: return false
      case .bool(let value): return value
      default: throw node.mismatch("bool")
      }
    }

    func decode(_ type: String.Type) throws -> String {
      switch node.value {
      case .null where node.absent == .zero: return ""
      case .string(let text): return text
      default: throw node.mismatch("string")
      }
    }

    func decode(_ type: Double.Type) throws -> Double {
      switch node.value {
      case .null where node.absent == .zero: return 0
      case .number(let text):
        guard let value = Double(text), value.isFinite else { throw node.mismatch("number") }
        return value
      default: throw node.mismatch("number")
      }
    }

    func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }
    func decode(_ type: Int.Type) throws -> Int { try integer() }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer() }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer() }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer() }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer() }
    func decode(_ type: UInt.Type) throws -> UInt { try integer() }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer() }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer() }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer() }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer() }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try node.decode(type) }

    private func integer<T: FixedWidthInteger>() throws -> T {
      switch node.value {
      case .null where node.absent == .zero: return 0
      case .number(let text):
        guard let value = T(text) else {
          throw JSONError(
            "cannot unmarshal number \(text) into field \(node.pathText) of type \(String(describing: T.self).lowercased())"
          )
        }
        return value
      default: throw node.mismatch(String(describing: T.self).lowercased())
      }
    }
  }
}
