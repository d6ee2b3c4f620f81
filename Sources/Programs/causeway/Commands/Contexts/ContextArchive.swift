import JSON
import EngineAPI
import Glibc

/// A context in the form that moves between machines: a tar archive with `meta.json` and `tls/docker/*.pem`.
struct ContextArchive {
  let context: EngineContext
  /// The TLS files of the endpoint.
  let files: [(name: String, bytes: [UInt8])]

  private static let folder = "tls/docker/"
  /// The largest file. An archive holds only a description and three certificates.
  private static let limit: Int64 = 1 << 20

  init(_ name: String, invocation: Invocation) throws {
    guard name != ContextStore.defaultName else {
      context = EngineContext(name: name, host: invocation.defaultHost)
      files = []
      return
    }
    let store = ContextStore(configuration: invocation.configuration.folder)
    context = try store.context(name)
    files = try store.tlsFiles(name).map { ($0, try LocalFile.read("\(store.tlsFolder(name))/docker/\($0)")) }
  }

  /// - Parameter path: `-` for standard input.
  /// - Throws: ``CommandFailure`` when it is not the archive of a context.
  init(reading path: String) async throws {
    var source = Descriptor.input
    if path != "-" {
      source = Descriptor(number: open(path, O_RDONLY | O_CLOEXEC))
      guard source.number >= 0 else { throw LocalFile.failure(path) }
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
