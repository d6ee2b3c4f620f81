/// Reads a Compose file with everything that `extends` and `include` refer to.
struct FileLoader {
  let files: ProjectFiles
  /// The variables for interpolation.
  let environment: [String: String]
  /// The folder that relative paths refer to.
  let directory: String
  let interpolates: Bool
  /// The files that are being included, to detect cycles.
  var including: [String] = []
  private(set) var warnings: [String] = []

  init(files: ProjectFiles, environment: [String: String], directory: String, interpolates: Bool) {
    self.files = files
    self.environment = environment
    self.directory = directory
    self.interpolates = interpolates
  }

  static let maximumIncludes = 20

  /// Merges several files in order.
  mutating func load(_ paths: [String], requestedAt location: SourceLocation? = nil) throws(ComposeError) -> Node {
    var result: Node?
    for path in paths {
      for document in try documents(path, in: directory, requestedAt: location) {
        let extended = try extended(document, file: path)
        let included = try included(extended)
        result = try DocumentMerger.merge(result, included)
      }
    }
    guard let result else { throw ComposeError(location, "\(paths.joined(separator: ", ")): empty compose file") }
    return result
  }

  /// The documents of a file: interpolated, validated and normalized.
  private mutating func documents(_ path: String, in directory: String, requestedAt location: SourceLocation?)
    throws(ComposeError)
    -> [Node]
  {
    let bytes = try files.bytes(path, requestedAt: location)
    let environment = environment
    var interpolation = Interpolation { environment[$0] }
    var validator = SchemaValidator()
    let normalizer = Normalizer(directory: directory, home: environment["HOME"])
    var documents: [Node] = []
    for document in try YAMLReader.documents(bytes, file: path) where !document.isNull {
      let filled = interpolates ? try interpolation.fill(document) : document
      documents.append(try normalizer.file(try validator.validate(filled, ProjectSchema.file, path: "")))
    }
    guard !documents.isEmpty else { throw ComposeError(location, "\(path): empty compose file") }
    for name in interpolation.missing {
      warn("The \"\(name)\" variable is not set. Defaulting to a blank string.")
    }
    for warning in validator.warnings { warn(warning) }
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

  /// A service merged with all services that it extends.
  private mutating func service(
    _ name: String, of document: Node, file: String, directory: String, chain: [String]
  ) throws(ComposeError) -> Node? {
    guard let node = document["services"]?[name] else { return nil }
    guard let extends = node["extends"], extends.directive != .reset, let baseName = extends["service"]?.text else {
      return node
    }
    let link = "\(file)#\(name)"
    guard !chain.contains(link) else {
      throw ComposeError(extends.location, "the service \"\(name)\" extends itself")
    }
    var base: Node?
    if let path = extends["file"]?.text, path != file {
      let folder = PathText.folder(of: path)
      let document = try documents(path, in: folder, requestedAt: extends["file"]?.location)
      guard let first = document.first else { return node }
      base = try service(baseName, of: first, file: path, directory: folder, chain: chain + [link])
    } else {
      base = try service(baseName, of: document, file: file, directory: directory, chain: chain + [link])
    }
    guard var base else {
      throw ComposeError(
        extends["service"]?.location ?? extends.location,
        "found the service \"\(baseName)\" to extend, which is not in \(extends["file"]?.text ?? file)")
    }
    base["extends"] = nil
    var own = node
    own["extends"] = nil
    return try DocumentMerger.merge(base, own, path: ["services", name])
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
              item.location,
              "found \(kind).\(entry.key) in the included file (\(entry.keyLocation)), which \(other.location.file) defines too"
            )
          }
          if result[kind] == nil { result[kind] = Node(.mapping([]), at: item.location) }
          result[kind]?[entry.key] = entry.value
        }
      }
    }
    return result
  }

  /// The node without locations, for comparison.
  private static func bare(_ node: Node) -> Node {
    let nowhere = SourceLocation(file: "", line: 0, column: 0)
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
    guard let first = paths.first else { throw ComposeError(item.location, "found no path to include") }
    guard !including.contains(first), including.count < Self.maximumIncludes else {
      throw ComposeError(item.location, "\(first) includes itself")
    }
    let folder = item["project_directory"]?.text.map { absolute($0, in: directory) } ?? PathText.folder(of: first)
    let environmentFiles = words(item["env_file"]).map { absolute($0, in: directory) }
    let variables = try EnvironmentLoader(files: files).environment(
      over: environment, files: environmentFiles, directory: folder, requestedAt: item.location)
    var loader = FileLoader(files: files, environment: variables, directory: folder, interpolates: interpolates)
    loader.including = including + [first]
    let result = try loader.load(paths, requestedAt: item.location)
    for warning in loader.warnings { warn(warning) }
    return result
  }
}
