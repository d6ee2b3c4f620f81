import CLinux
import Compose
import Glibc

/// The upload of a build: the context as an archive, and the Dockerfile's name in it. `image build` and Compose use it.
struct BuildSource: Sendable {
  let dockerfile: String
  let upload: ByteChunks

  /// The archive name of a Dockerfile that is not a file of the context.
  private static let ownName = ".causeway.Dockerfile"

  private init(dockerfile: String, upload: ByteChunks) {
    self.dockerfile = dockerfile
    self.upload = upload
  }

  /// Reads the context from a folder.
  ///
  /// - Parameters:
  ///   - folder: absolute.
  ///   - dockerfile: absolute; may lie outside the folder.
  /// - Throws: ``CommandFailure`` when a file cannot be read.
  init(folder: String, dockerfile: String) throws(CommandFailure) {
    guard LocalFile.exists(folder) else {
      throw CommandFailure("unable to prepare context: path \"\(folder)\" not found")
    }
    if dockerfile.hasPrefix(folder == "/" ? "/" : folder + "/") {
      let path = String(dockerfile.dropFirst(folder == "/" ? 1 : folder.utf8.count + 1))
      var status = stat()
      guard stat(dockerfile, &status) == 0 else {
        throw CommandFailure(
          "unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat \(dockerfile): "
            + "no such file or directory")
      }
      self.init(dockerfile: path, upload: try BuildContext(folder: folder, dockerfile: path))
    } else {
      try self.init(folder: folder, text: String(decoding: try LocalFile.read(dockerfile), as: UTF8.self))
    }
  }

  /// Reads the context from a folder, with the given text as its Dockerfile.
  init(folder: String, text: String) throws(CommandFailure) {
    dockerfile = Self.ownName
    upload = try BuildContext(folder: folder, dockerfile: Self.ownName, inline: (Self.ownName, text))
  }

  /// Reads standard input: an archive, plain or compressed, or a Dockerfile without a context.
  ///
  /// - Parameter dockerfile: the Dockerfile's path in the archive.
  init(reading source: Descriptor, dockerfile: String?) async throws {
    var head: [UInt8] = []
    while head.count < 512, let more = await source.read(upTo: 512 - head.count) { head += more }
    guard !head.isEmpty else { throw CommandFailure("no build context: standard input is empty") }
    if Self.isArchive(head) {
      self.dockerfile = dockerfile ?? "Dockerfile"
      upload = PrefixedChunks(head: head, rest: source)
      return
    }
    guard dockerfile == nil else {
      throw CommandFailure("ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles")
    }
    var text = head
    while let more = await source.read() { text += more }
    self.dockerfile = "Dockerfile"
    var entry = TarEntry(name: "Dockerfile", kind: .file)
    entry.size = Int64(text.count)
    upload = PrefixedChunks(head: TarFormat.member(entry, text) + TarFormat.trailer, rest: nil)
  }

  /// Whether the first bytes are those of a tar archive (`ustar` at offset 257) or of a compressed file.
  static func isArchive(_ head: [UInt8]) -> Bool {
    let marks: [[UInt8]] = [
      [0x1F, 0x8B], Array("BZh".utf8), [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], [0x28, 0xB5, 0x2F, 0xFD],
    ]
    return marks.contains { head.starts(with: $0) } || head.dropFirst(257).starts(with: Array("ustar".utf8))
  }
}

/// Bytes that were read already, followed by the rest of a descriptor.
private struct PrefixedChunks: AsyncSequence, Sendable {
  typealias Element = [UInt8]
  typealias Failure = any Error

  let head: [UInt8]
  let rest: Descriptor?

  func makeAsyncIterator() -> Iterator { Iterator(head: head, rest: rest) }

  struct Iterator: AsyncIteratorProtocol {
    fileprivate var head: [UInt8]?
    fileprivate let rest: Descriptor?

    fileprivate init(head: [UInt8], rest: Descriptor?) {
      self.head = head
      self.rest = rest
    }

    mutating func next() async throws -> [UInt8]? {
      if let first = head.take() { return first }
      return await rest?.read(upTo: 1 << 18)
    }
  }
}
