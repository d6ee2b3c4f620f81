internal import CYAML
/// Reads YAML with libyaml into nodes with source locations. The schema assigns the types later.
///
/// Limits protect against malicious files: the size, the nesting depth, and the number of nodes after alias expansion.
struct YAMLReader {
  static let maximumSize = 4 << 20
  static let maximumDepth = 64
  static let maximumNodes = 200_000

  private let file: String
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private var anchors: [String: (node: Node, size: Int)] = [:]
  private var count = 0

  /// The documents of a file. Documents that `---` separates count as separate files.
  static func documents(_ bytes: [UInt8], file: String) throws(ComposeError) -> [Node] {
    guard bytes.count <= maximumSize else {
      throw ComposeError(nil, "\(file): the file has \(bytes.count) bytes; the limit is \(maximumSize)")
    }
    if let zero = bytes.firstIndex(of: 0) {
      throw ComposeError(nil, "\(file): found a NUL byte at offset \(zero), expected text")
    }
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    defer { parser.deallocate() }
    guard yaml_parser_initialize(parser) == 1 else { throw ComposeError(nil, "\(file): not enough memory to read it") }
    defer { yaml_parser_delete(parser) }
    let outcome: Result<[Node], ComposeError> = bytes.withUnsafeBufferPointer { buffer in
      yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
      var reader = YAMLReader(file: file, parser: parser)
      do throws(ComposeError) {
        return .success(try reader.stream())
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }

  private init(file: String, parser: UnsafeMutablePointer<yaml_parser_t>) {
    self.file = file
    self.parser = parser
  }

  private mutating func stream() throws(ComposeError) -> [Node] {
    var documents: [Node] = []
    while true {
      let event = try next()
      switch event.kind {
      case YAML_STREAM_END_EVENT: return documents
      case YAML_DOCUMENT_START_EVENT:
        anchors = [:]
        documents.append(try node(try next(), depth: 0))
      default: continue
      }
    }
  }

  /// A copy of the parts of a libyaml event that are needed.
  private struct Event {
    var kind: yaml_event_type_t
    var location: SourceLocation
    var anchor: String?
    var tag: String?
    var text = ""
    var isPlain = false
  }

  private func next() throws(ComposeError) -> Event {
    var raw = yaml_event_t()
    guard yaml_parser_parse(parser, &raw) == 1 else { throw failure() }
    defer { yaml_event_delete(&raw) }
    var event = Event(kind: raw.type, location: location(raw.start_mark))
    switch raw.type {
    case YAML_SCALAR_EVENT:
      let scalar = raw.data.scalar
      event.anchor = Self.string(scalar.anchor)
      event.tag = Self.string(scalar.tag)
      event.text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      event.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
    case YAML_SEQUENCE_START_EVENT:
      event.anchor = Self.string(raw.data.sequence_start.anchor)
      event.tag = Self.string(raw.data.sequence_start.tag)
    case YAML_MAPPING_START_EVENT:
      event.anchor = Self.string(raw.data.mapping_start.anchor)
      event.tag = Self.string(raw.data.mapping_start.tag)
    case YAML_ALIAS_EVENT: event.anchor = Self.string(raw.data.alias.anchor)
    default: break
    }
    return event
  }

  private static func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private func location(_ mark: yaml_mark_t) -> SourceLocation {
    SourceLocation(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }

  private func failure() -> ComposeError {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "unreadable"
    let context = parser.pointee.context.map { String(cString: $0) + ": " } ?? ""
    guard parser.pointee.error != YAML_READER_ERROR else {
      return ComposeError(nil, "\(file): offset \(parser.pointee.problem_offset): not UTF-8 text: \(problem)")
    }
    return ComposeError(location(parser.pointee.problem_mark), "not YAML: \(context)\(problem)")
  }

  private mutating func node(_ event: Event, depth: Int) throws(ComposeError) -> Node {
    guard depth <= Self.maximumDepth else {
      throw ComposeError(event.location, "found more than \(Self.maximumDepth) levels of nesting")
    }
    try add(1, event.location)
    if event.kind == YAML_ALIAS_EVENT {
      guard let anchor = event.anchor, let (node, size) = anchors[anchor] else {
        throw ComposeError(
          event.location, "found the alias *\(event.anchor ?? ""), which has no anchor")
      }
      try add(size, event.location)
      return node
    }
    let before = count
    let (content, directive) = try content(event, depth: depth)
    let node = Node(content, at: event.location, directive: directive)
    if let anchor = event.anchor { anchors[anchor] = (node, count - before + 1) }
    return node
  }

  private mutating func add(_ number: Int, _ location: SourceLocation) throws(ComposeError) {
    count += number
    guard count <= Self.maximumNodes else {
      throw ComposeError(location, "the file has, with its aliases expanded, more than \(Self.maximumNodes) values")
    }
  }

  private mutating func content(_ event: Event, depth: Int) throws(ComposeError) -> (Node.Content, Node.Directive?) {
    let directive = Self.directive(event.tag)
    switch event.kind {
    case YAML_SCALAR_EVENT: return (.scalar(try scalar(event, directive)), directive)
    case YAML_SEQUENCE_START_EVENT:
      try check(event, directive, "tag:yaml.org,2002:seq")
      var items: [Node] = []
      while true {
        let item = try next()
        guard item.kind != YAML_SEQUENCE_END_EVENT else { return (.sequence(items), directive) }
        items.append(try node(item, depth: depth + 1))
      }
    default:
      try check(event, directive, "tag:yaml.org,2002:map")
      return (.mapping(try entries(depth: depth)), directive)
    }
  }

  private static func directive(_ tag: String?) -> Node.Directive? {
    switch tag {
    case "!reset": .reset
    case "!override": .override
    default: nil
    }
  }

  private func check(_ event: Event, _ directive: Node.Directive?, _ allowed: String) throws(ComposeError) {
    guard let tag = event.tag, directive == nil, tag != allowed else { return }
    throw ComposeError(event.location, "found the tag \(tag), expected !reset, !override or none")
  }

  private func scalar(_ event: Event, _ directive: Node.Directive?) throws(ComposeError) -> Scalar {
    switch event.tag {
    case nil: event.isPlain ? Scalar(plain: event.text) : Scalar(event.text)
    case _ where directive != nil: event.isPlain ? Scalar(plain: event.text) : Scalar(event.text)
    case "!", "tag:yaml.org,2002:str": Scalar(event.text)
    case "tag:yaml.org,2002:null": Scalar("", .null)
    case "tag:yaml.org,2002:int", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:float": Scalar(plain: event.text)
    case let tag?: throw ComposeError(event.location, "found the tag \(tag), expected !reset, !override or none")
    }
  }

  private mutating func entries(depth: Int) throws(ComposeError) -> [Node.Entry] {
    var entries: [Node.Entry] = []
    var locations: [String: SourceLocation] = [:]
    var merged: [Node] = []
    while true {
      let event = try next()
      guard event.kind != YAML_MAPPING_END_EVENT else { break }
      let key = try node(event, depth: depth + 1)
      guard let scalar = key.scalar else {
        throw ComposeError(key.location, "found \(key.summary) as a key, expected a name")
      }
      let value = try node(try next(), depth: depth + 1)
      if event.isPlain, scalar.text == "<<" {
        merged += value.isSequence ? value.items : [value]
        continue
      }
      if let first = locations[scalar.text] {
        throw ComposeError(key.location, "found the key \"\(scalar.text)\" again; it was given at line \(first.line)")
      }
      locations[scalar.text] = key.location
      entries.append(Node.Entry(scalar.text, at: key.location, value))
    }
    for source in merged {
      guard source.isMapping else {
        throw ComposeError(source.location, "found \(source.summary) after <<, expected a mapping or a list of them")
      }
      for entry in source.entries where locations[entry.key] == nil {
        locations[entry.key] = entry.keyLocation
        entries.append(entry)
      }
    }
    return entries
  }
}
