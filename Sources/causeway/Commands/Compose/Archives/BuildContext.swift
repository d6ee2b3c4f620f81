import Glibc

/// The files of a build as a tar archive, read as the connection takes them.
struct BuildContext: AsyncSequence, Sendable {
  typealias Element = [UInt8]
  typealias Failure = any Error

  struct Item: Sendable {
    let path: String
    let entry: TarWriter.Entry
  }

  private let folder: String
  private let items: [Item]
  /// Written before the rest: a Dockerfile that stands in the Compose file.
  private let extra: [(path: String, text: String)]

  /// - Parameters:
  ///   - dockerfile: relative to the folder; never left out.
  /// - Throws: ``CommandFailure`` when the folder cannot be read.
  init(folder: String, dockerfile: String, inline: (path: String, text: String)? = nil) throws(CommandFailure) {
    self.folder = folder
    extra = inline.map { [$0] } ?? []
    var ignored = IgnorePatterns("")
    for name in ["\(dockerfile).dockerignore", ".dockerignore"] where access("\(folder)/\(name)", F_OK) == 0 {
      ignored = IgnorePatterns(String(decoding: try SmallFile.read("\(folder)/\(name)"), as: UTF8.self))
      break
    }
    var status = stat()
    guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw CommandFailure("unable to prepare context: path \"\(folder)\" not found")
    }
    var found: [Item] = []
    try Self.collect(folder, "", ignored, [dockerfile, ".dockerignore"], &found)
    items = found
  }

  private static func collect(
    _ folder: String, _ prefix: String, _ ignored: IgnorePatterns, _ kept: Set<String>, _ items: inout [Item]
  ) throws(CommandFailure) {
    guard let directory = opendir(folder) else { throw SmallFile.failure(folder) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    for name in names.sorted() {
      let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
      let full = "\(folder)/\(name)"
      var status = stat()
      guard lstat(full, &status) == 0 else { continue }
      let isIgnored = ignored.ignores(path) && !kept.contains(path)
      var entry = TarWriter.Entry(path: path, kind: .file, mode: Int(status.st_mode & 0o7777))
      entry.modified = Int64(status.st_mtim.tv_sec)
      switch status.st_mode & S_IFMT {
      case S_IFDIR:
        entry.kind = .folder
        if !isIgnored { items.append(Item(path: full, entry: entry)) }
        if !isIgnored || ignored.takesBack { try collect(full, path, ignored, kept, &items) }
      case S_IFREG where !isIgnored:
        entry.size = Int(status.st_size)
        items.append(Item(path: full, entry: entry))
      case S_IFLNK where !isIgnored:
        entry.kind = .symbolicLink
        entry.target = target(of: full)
        items.append(Item(path: full, entry: entry))
      default: continue
      }
    }
  }

  private static func target(of path: String) -> String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) { text in text.baseAddress.map { readlink(path, $0, text.count) } ?? 0 }
    }
    return String(decoding: buffer.prefix(Swift.max(0, count)), as: UTF8.self)
  }

  func makeAsyncIterator() -> Iterator { Iterator(items: items[...], extra: extra) }

  struct Iterator: AsyncIteratorProtocol {
    private var items: ArraySlice<Item>
    private var extra: [(path: String, text: String)]
    private var writer = TarWriter()
    private var file: (descriptor: Int32, left: Int, path: String)?
    private var isFinished = false

    fileprivate init(items: ArraySlice<Item>, extra: [(path: String, text: String)]) {
      self.items = items
      self.extra = extra
    }

    mutating func next() async throws -> [UInt8]? {
      while let (path, text) = extra.popLast() {
        writer.add(TarWriter.Entry(path: path, kind: .file, size: text.utf8.count))
        writer.append(Array(text.utf8))
      }
      var bytes = writer.taken()
      while bytes.count < 1 << 18 {
        if let (descriptor, left, path) = file {
          guard let chunk = await Descriptor(number: descriptor).read(upTo: Swift.min(left, 1 << 18)), !chunk.isEmpty
          else {
            close(descriptor)
            throw CommandFailure("\(path) became shorter while it was sent")
          }
          writer.append(chunk)
          file = chunk.count == left ? nil : (descriptor, left - chunk.count, path)
          if file == nil { close(descriptor) }
        } else if let item = items.popFirst() {
          try open(item)
        } else {
          guard !isFinished else { break }
          isFinished = true
          bytes += writer.finished()
        }
        bytes += writer.taken()
      }
      return bytes.isEmpty ? nil : bytes
    }

    private mutating func open(_ item: Item) throws {
      if item.entry.kind == .file, item.entry.size > 0 {
        let descriptor = Glibc.open(item.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SmallFile.failure(item.path) }
        file = (descriptor, item.entry.size, item.path)
      }
      writer.add(item.entry)
    }
  }
}
