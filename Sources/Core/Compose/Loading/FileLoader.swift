/// Reads one Compose file with all that it draws in: `extends` and `include`.
struct FileLoader {
  let files: ProjectFiles
  /// What fills in variables.
  let environment: [String: String]
  /// What relative paths are relative to.
  let directory: String
  let interpolates: Bool
  /// The files being included at the moment, to find circles.
  var including: [String] = []
  private(set) var warnings: [String] = []

  init(files: ProjectFiles, environment: [String: String], directory: String, interpolates: Bool) {
    self.files = files
    self.environment = environment
    self.directory = directory
    self.interpolates = interpolates
  }

  static let maximumIncludes = 20

  /// Several files laid over each other, in order.
  mutating func load(_ paths: [String], askedAt place: Place? = nil) throws(ComposeError) -> Node {
    var result: Node?
    for path in paths {
      for document in try documents(path, in: directory, askedAt: place) {
        let extended = try extended(document, file: path)
        let included = try included(extended)
        result = try Merger.merge(result, included)
      }
    }
    guard let result else { throw ComposeError(place, "\(paths.joined(separator: ", ")): empty compose file") }
    return result
  }

  /// The documents of a file, filled in, held against the schema and in canonical form.
  private mutating func documents(_ path: String, in directory: String, askedAt place: Place?) throws(ComposeError)
    -> [Node]
  {
    let bytes = try files.bytes(path, askedAt: place)
    let environment = environment
    var interpolation = Interpolation { environment[$0] }
    var check = SchemaCheck()
    let canonical = Canonical(directory: directory, home: environment["HOME"])
    var documents: [Node] = []
    for document in try YAMLReader.documents(bytes, file: path) where !document.isNull {
      let filled = interpolates ? try interpolation.fill(document) : document
      documents.append(try canonical.file(try check.check(filled, ProjectSchema.file, path: "")))
    }
    guard !documents.isEmpty else { throw ComposeError(place, "\(path): empty compose file") }
    for name in interpolation.missing {
      warn("The \"\(name)\" variable is not set. Defaulting to a blank string.")
    }
    for warning in check.warnings { warn(warning) }
    return documents
  }

  private mutating func warn(_ text: String) {
    if !warnings.contains(text) { warnings.append(text) }
  }

  // MARK: extends

  private mutating func extended(_ document: Node, file: String) throws(ComposeError) -> Node {
    var result = document
    for entry in document["services"]?.entries ?? [] where entry.value["extends"] != nil {
      result["services"]?[entry.key] = try service(
        entry.key, of: document, file: file, directory: directory, chain: [])
    }
    return result
  }

  /// A service with all it extends laid under it.
  private mutating func service(
    _ name: String, of document: Node, file: String, directory: String, chain: [String]
  ) throws(ComposeError) -> Node? {
    guard let node = document["services"]?[name] else { return nil }
    guard let extends = node["extends"], extends.directive != .reset, let baseName = extends["service"]?.text else {
      return node
    }
    let link = "\(file)#\(name)"
    guard !chain.contains(link) else {
      throw ComposeError(extends.place, "the service \"\(name)\" extends itself in a circle")
    }
    var base: Node?
    if let path = extends["file"]?.text, path != file {
      let folder = PathText.folder(of: path)
      let document = try documents(path, in: folder, askedAt: extends["file"]?.place)
      guard let first = document.first else { return node }
      base = try service(baseName, of: first, file: path, directory: folder, chain: chain + [link])
    } else {
      base = try service(baseName, of: document, file: file, directory: directory, chain: chain + [link])
    }
    guard var base else {
      throw ComposeError(
        extends["service"]?.place ?? extends.place,
        "found the service \"\(baseName)\" to extend, which is not in \(extends["file"]?.text ?? file)")
    }
    base["extends"] = nil
    var own = node
    own["extends"] = nil
    return try Merger.merge(base, own, path: ["services", name])
  }

  // MARK: include

  private mutating func included(_ document: Node) throws(ComposeError) -> Node {
    guard let includes = document["include"] else { return document }
    var result = document
    result["include"] = nil
    for item in includes.items {
      let sub = try include(item)
      for kind in ["services", "networks", "volumes", "secrets", "configs"] {
        for entry in sub[kind]?.entries ?? [] {
          if let other = result[kind]?[entry.key], Self.bare(other) != Self.bare(entry.value) {
            throw ComposeError(
              item.place,
              "found \(kind).\(entry.key) in the included file (\(entry.keyPlace)), which \(other.place.file) defines too"
            )
          }
          if result[kind] == nil { result[kind] = Node(.mapping([]), at: item.place) }
          result[kind]?[entry.key] = entry.value
        }
      }
    }
    return result
  }

  /// Without places, to compare by.
  private static func bare(_ node: Node) -> Node {
    let nowhere = Place(file: "", line: 0, column: 0)
    switch node.content {
    case .scalar: return Node(node.content, at: nowhere)
    case .sequence(let items): return Node(.sequence(items.map(bare)), at: nowhere)
    case .mapping(let entries):
      return Node(.mapping(entries.map { Node.Entry($0.key, at: nowhere, bare($0.value)) }), at: nowhere)
    }
  }

  private mutating func include(_ item: Node) throws(ComposeError) -> Node {
    func words(_ node: Node?) -> [String] { node.map { $0.text.map { [$0] } ?? $0.texts } ?? [] }
    func absolute(_ path: String, in directory: String) -> String {
      PathText.absolute(path, in: directory, home: environment["HOME"])
    }
    let paths = (item.text.map { [$0] } ?? words(item["path"])).map { absolute($0, in: directory) }
    guard let first = paths.first else { throw ComposeError(item.place, "found no path to include") }
    guard !including.contains(first), including.count < Self.maximumIncludes else {
      throw ComposeError(item.place, "\(first) is included in a circle")
    }
    let folder = item["project_directory"]?.text.map { absolute($0, in: directory) } ?? PathText.folder(of: first)
    let environmentFiles = words(item["env_file"]).map { absolute($0, in: directory) }
    let variables = try EnvironmentLoader(files: files).environment(
      over: environment, files: environmentFiles, directory: folder, askedAt: item.place)
    var loader = FileLoader(files: files, environment: variables, directory: folder, interpolates: interpolates)
    loader.including = including + [first]
    let result = try loader.load(paths, askedAt: item.place)
    for warning in loader.warnings { warn(warning) }
    return result
  }
}
