import CLinux
import Glibc

/// The files of a build context as a tar stream. Files are opened only when their turn comes.
struct BuildContext: AsyncSequence, Sendable {
  typealias Element = [UInt8]
  typealias Failure = any Error

  struct Item: Sendable {
    let path: String
    let entry: TarEntry
  }

  private let folder: String
  private let items: [Item]
  /// Files that are not in the folder, such as an inline Dockerfile. They come first.
  private let extra: [(path: String, text: String)]

  /// - Parameters:
  ///   - dockerfile: relative to the folder. `.dockerignore` cannot exclude it.
  /// - Throws: ``CommandFailure`` when the folder cannot be read.
  init(folder: String, dockerfile: String, inline: (path: String, text: String)? = nil) throws(CommandFailure) {
    self.folder = folder
    extra = inline.map { [$0] } ?? []
    var ignored = IgnorePatterns("")
    for name in ["\(dockerfile).dockerignore", ".dockerignore"] where access("\(folder)/\(name)", F_OK) == 0 {
      ignored = IgnorePatterns(String(decoding: try LocalFile.read("\(folder)/\(name)"), as: UTF8.self))
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
    for name in try LocalFile.list(folder) {
      let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
      let full = "\(folder)/\(name)"
      var status = stat()
      guard lstat(full, &status) == 0 else { continue }
      let isIgnored = ignored.ignores(path) && !kept.contains(path)
      var entry = TarEntry(name: path, kind: .file)
      entry.mode = UInt32(status.st_mode) & 0o7777
      entry.modified = Int64(status.st_mtim.tv_sec)
      switch status.st_mode & S_IFMT {
      case S_IFDIR:
        entry.kind = .folder
        entry.name = path + "/"
        if !isIgnored { items.append(Item(path: full, entry: entry)) }
        if !isIgnored || ignored.hasExceptions { try collect(full, path, ignored, kept, &items) }
      case S_IFREG where !isIgnored:
        entry.size = Int64(status.st_size)
        items.append(Item(path: full, entry: entry))
      case S_IFLNK where !isIgnored:
        entry.kind = .symbolicLink
        entry.linkTarget = try LocalFile.readLink(full)
        items.append(Item(path: full, entry: entry))
      default: continue
      }
    }
  }

  func makeAsyncIterator() -> Iterator { Iterator(items: items[...], extra: extra) }

  struct Iterator: AsyncIteratorProtocol {
    private var items: ArraySlice<Item>
    private var extra: [(path: String, text: String)]
    private var file: (opened: OpenFile, left: Int64, path: String)?
    private var isFinished = false

    fileprivate init(items: ArraySlice<Item>, extra: [(path: String, text: String)]) {
      self.items = items
      self.extra = extra
    }

    mutating func next() async throws -> [UInt8]? {
      var bytes: [UInt8] = []
      while let (path, text) = extra.popLast() {
        var entry = TarEntry(name: path, kind: .file)
        entry.size = Int64(text.utf8.count)
        bytes += TarFormat.member(entry, Array(text.utf8))
      }
      while bytes.count < 1 << 18 {
        if let (opened, left, path) = file {
          let limit = Int(Swift.min(left, 1 << 18))
          guard let chunk = await Descriptor(number: opened.number).read(upTo: limit), !chunk.isEmpty else {
            throw CommandFailure("\(path) shrank while it was being sent")
          }
          bytes += chunk
          let rest = left - Int64(chunk.count)
          file = rest == 0 ? nil : (opened, rest, path)
          if rest == 0 { bytes += [UInt8](repeating: 0, count: opened.padding) }
        } else if let item = items.popFirst() {
          if item.entry.kind == .file, item.entry.size > 0 {
            file = (try OpenFile(item.path, size: item.entry.size), item.entry.size, item.path)
          }
          bytes += TarFormat.header(item.entry)
        } else {
          guard !isFinished else { break }
          isFinished = true
          bytes += TarFormat.trailer
        }
      }
      return bytes.isEmpty ? nil : bytes
    }
  }
}
