import JSON
import EngineAPI
import Glibc

extension Command {
  static var exportContext: Command {
    Command(
      "context export", usage: "[OPTIONS] CONTEXT [FILE|-]",
      summary: "Export a context to a tar archive FILE or a tar stream on STDOUT.", arguments: .between(1, 2),
      usesEngine: false
    ) { invocation in
      let name = invocation.arguments[0]
      let archive = try ContextArchive(name, invocation: invocation).bytes
      let target = invocation.arguments.count > 1 ? invocation.arguments[1] : "\(name).dockercontext"
      guard target != "-" else {
        guard !Descriptor.output.isTerminal else {
          throw CommandFailure("cowardly refusing to export to a terminal, specify a file path")
        }
        Descriptor.output.write(archive)
        return 0
      }
      guard !SmallFile.exists(target) else { throw CommandFailure("open \(target): file exists") }
      try SmallFile.write(archive, to: target)
      invocation.complain("Written file \(quoted(target))")
      return 0
    }
  }

  static var importContext: Command {
    Command(
      "context import", usage: "CONTEXT FILE|-", summary: "Import a context from a tar file", arguments: .exactly(2),
      usesEngine: false
    ) { invocation in
      let (name, source) = (invocation.arguments[0], invocation.arguments[1])
      try ContextStore.check(name)
      let store = ContextStore(configuration: invocation.configuration.folder)
      guard !store.exists(name) else { throw CommandFailure("context \(quoted(name)) already exists") }
      let archive = try await ContextArchive(reading: source)
      var context = archive.context
      context.name = name
      try store.save(context)
      try store.saveTLS(name, archive.files)
      invocation.say(name)
      invocation.complain("Successfully imported context \(quoted(name))")
      return 0
    }
  }
}

/// A context as it is carried from one machine to another: a tar archive with `meta.json` and `tls/docker/*.pem`.
struct ContextArchive {
  let context: EngineContext
  /// The files of the endpoint's TLS.
  let files: [(name: String, bytes: [UInt8])]

  private static let folder = "tls/docker/"
  /// A description and three certificates; more is something else.
  private static let limit: Int64 = 1 << 20

  init(_ name: String, invocation: Invocation) throws {
    guard name != ContextStore.standard else {
      context = EngineContext(name: name, host: invocation.defaultHost)
      files = []
      return
    }
    let store = ContextStore(configuration: invocation.configuration.folder)
    context = try store.context(name)
    files = try store.tlsFiles(name).map { ($0, try SmallFile.read("\(store.tlsFolder(name))/docker/\($0)")) }
  }

  /// - Parameter path: `-` for standard input.
  /// - Throws: ``CommandFailure`` for what is no such archive, whole.
  init(reading path: String) async throws {
    var source = Descriptor.input
    if path != "-" {
      source = Descriptor(number: open(path, O_RDONLY | O_CLOEXEC))
      guard source.number >= 0 else { throw SmallFile.failure(path) }
    }
    defer { if path != "-" { close(source.number) } }
    var reader = TarReader(DescriptorChunks(source))
    var metadata: JSONValue?
    var files: [(name: String, bytes: [UInt8])] = []
    do {
      while let entry = try await reader.next() {
        guard entry.size <= Self.limit else { throw CommandFailure("\(entry.name): too large for a context file") }
        var bytes: [UInt8] = []
        while let chunk = try await reader.data() { bytes += chunk }
        if entry.name == "meta.json" {
          metadata = try JSONParser.parse(bytes)
        } else if entry.kind == .file {
          let name = String(entry.name.dropFirst(Self.folder.count))
          guard entry.name.hasPrefix(Self.folder), ["ca.pem", "cert.pem", "key.pem"].contains(name) else {
            throw CommandFailure("\(entry.name): unexpected context file")
          }
          files.append((name, bytes))
        } else if entry.kind != .folder {
          throw CommandFailure("\(entry.name): unexpected context file")
        }
      }
    } catch let error as TarFormat.Broken {
      throw CommandFailure("\(path) is not a tar archive of a context: \(error)")
    }
    guard let metadata else { throw CommandFailure("invalid context: no metadata found") }
    context = EngineContext(metadata)
    self.files = files
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    func add(_ name: String, _ content: [UInt8], mode: UInt32) {
      var entry = TarEntry(name: name, kind: .file)
      entry.mode = mode
      entry.size = Int64(content.count)
      bytes += TarFormat.member(entry, content)
    }
    func addFolder(_ name: String) {
      var entry = TarEntry(name: name, kind: .folder)
      entry.mode = 0o700
      bytes += TarFormat.header(entry)
    }
    add("meta.json", JSONWriter.bytes(context.metadata), mode: 0o644)
    addFolder("tls")
    if !files.isEmpty { addFolder("tls/docker") }
    for file in files { add(Self.folder + file.name, file.bytes, mode: 0o600) }
    return bytes + TarFormat.trailer
  }
}
