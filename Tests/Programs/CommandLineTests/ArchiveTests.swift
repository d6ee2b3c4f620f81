import JSON
import EngineAPI
import Glibc
import Testing

@testable import causeway

struct ArchiveTests {
  /// Chunks of odd sizes, so that blocks cross chunk boundaries.
  private static func chunks(_ bytes: [UInt8]) -> AsyncThrowingStream<[UInt8], any Error> {
    let (stream, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
    for start in stride(from: 0, to: bytes.count, by: 777) {
      continuation.yield(Array(bytes[start..<min(start + 777, bytes.count)]))
    }
    continuation.finish()
    return stream
  }

  @Test func entriesSurviveARoundTrip() async throws {
    let long = String(repeating: "long/", count: 60) + "ñame"
    var file = TarEntry(name: long, kind: .file)
    file.size = 1000
    file.mode = 0o4755
    file.user = 4_000_000
    file.modified = 1_700_000_000
    var link = TarEntry(name: "l", kind: .symbolicLink)
    link.linkTarget = "../" + long
    var device = TarEntry(name: "null", kind: .characterDevice)
    device.deviceMajor = 1
    device.deviceMinor = 3
    let content = [UInt8](repeating: 7, count: 1000)
    let bytes =
      TarFormat.header(file) + content + [UInt8](repeating: 0, count: TarFormat.padding(1000))
      + TarFormat.header(link) + TarFormat.header(device) + TarFormat.trailer
    #expect(bytes.count % TarFormat.block == 0)
    var reader = TarReader(Self.chunks(bytes))
    #expect(try await reader.next() == file)
    var read: [UInt8] = []
    while let piece = try await reader.data() { read += piece }
    #expect(read == content)
    #expect(try await reader.next() == link)
    #expect(try await reader.next() == device)
    #expect(try await reader.next() == nil)
  }

  @Test func brokenArchivesAreRejected() async throws {
    var file = TarEntry(name: "f", kind: .file)
    file.size = 1000
    let whole = TarFormat.header(file) + [UInt8](repeating: 7, count: 1000)
    var damaged = whole
    damaged[0] = 0x41
    for bytes in [damaged, Array(whole.prefix(300)), Array(whole.prefix(900))] {
      await #expect(throws: TarFormat.Broken.self) {
        var reader = TarReader(Self.chunks(bytes))
        while try await reader.next() != nil {}
      }
    }
  }

  /// Checks the format against GNU tar.
  @Test func gnuTarReadsAndWritesTheSameArchives() async throws {
    var template = Array("/tmp/causeway-tar-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    defer { LocalFile.removeTree(folder) }
    try LocalFile.makeFolder("\(folder)/in/sub")
    try LocalFile.write(Array("hello".utf8), to: "\(folder)/in/sub/file", mode: 0o640)
    symlink("sub/file", "\(folder)/in/link")
    link("\(folder)/in/sub/file", "\(folder)/in/other")
    var bytes: [UInt8] = []
    for try await chunk in TarPacker(path: "\(folder)/in", name: "top", followsLink: false) { bytes += chunk }
    let (code, listed) = try ChildProcess.run("tar", ["-tvf", "-", "--numeric-owner"], input: bytes)
    let text = String(decoding: listed, as: UTF8.self)
    #expect(code == 0)
    #expect(text.contains("top/sub/file") && text.contains("top/link -> sub/file"))
    #expect(text.contains("link to top/"), "\(text)")

    let (_, made) = try ChildProcess.run("tar", ["-C", "\(folder)/in", "-c", "."], input: [])
    try LocalFile.makeFolder("\(folder)/out")
    let unpacking = try TarExtractor(folder: "\(folder)/out", keepsOwners: false)
    var reader = TarReader(Self.chunks(made))
    while let entry = try await reader.next() {
      let path = entry.name.split(separator: "/").map(String.init).filter { $0 != "." }
      let other = entry.linkTarget.split(separator: "/").map(String.init).filter { $0 != "." }
      try await unpacking.write(entry, at: path, link: other) { try await reader.data() }
    }
    try unpacking.finish()
    #expect(try LocalFile.read("\(folder)/out/link") == Array("hello".utf8))
    var status = stat()
    #expect(stat("\(folder)/out/other", &status) == 0 && status.st_mode & 0o777 == 0o640 && status.st_nlink == 2)
  }

  /// Archives from containers are untrusted: an extracted link must not lead later entries out of the folder.
  @Test func linksInAnArchiveAreNotFollowed() async throws {
    var template = Array("/tmp/causeway-tar-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    defer { LocalFile.removeTree(folder) }
    try LocalFile.makeFolder("\(folder)/target")
    try LocalFile.makeFolder("\(folder)/outside")
    let unpacking = try TarExtractor(folder: "\(folder)/target", keepsOwners: false)
    var link = TarEntry(name: "evil", kind: .symbolicLink)
    link.linkTarget = "\(folder)/outside"
    try await unpacking.write(link, at: ["evil"]) { nil }
    let file = TarEntry(name: "evil/file", kind: .file)
    await #expect(throws: CommandFailure.self) { try await unpacking.write(file, at: ["evil", "file"]) { nil } }
    #expect(LocalFile.names(in: "\(folder)/outside").isEmpty)
    // A file replaces the link, not the link's target.
    try await unpacking.write(file, at: ["evil"]) { nil }
    #expect(LocalFile.names(in: "\(folder)/outside").isEmpty)
  }

  @Test(arguments: [
    ("/t", true, "src", true, false, "/t src"), ("/t", true, "src", true, true, "/t -"),
    ("/t/new", nil, "src", true, true, "/t new"), ("/t/new", nil, "f", false, false, "/t new"),
    ("/t/old", false, "f", false, false, "/t old"), ("/t/new/", nil, "src", true, false, "/t new"),
  ])
  func copyDestinations(
    _ target: String, _ isFolder: Bool?, _ name: String, _ sourceIsFolder: Bool, _ content: Bool, _ expected: String
  ) throws {
    let placement = try CopyDestination(
      target: CopyPath(target), targetIsFolder: isFolder, sourceName: name, sourceIsFolder: sourceIsFolder,
      sourceMeansContent: content)
    #expect("\(placement.folder.text) \(placement.name ?? "-")" == expected)
  }

  @Test(arguments: [("/t/f", Bool?.some(false), true), ("/t/new/", nil, false), ("/t/f/", false, false)])
  func invalidCopyDestinations(_ target: String, _ isFolder: Bool?, _ sourceIsFolder: Bool) {
    #expect(throws: CommandFailure.self) {
      try CopyDestination(
        target: CopyPath(target), targetIsFolder: isFolder, sourceName: "s", sourceIsFolder: sourceIsFolder,
        sourceMeansContent: false)
    }
  }

  @Test func copyLocationsAndHeaders() throws {
    #expect(CopyLocation("web:/x") == .container("web", path: "/x"))
    #expect(CopyLocation("./web:x") == .local("./web:x"))
    #expect(CopyLocation("/a:b") == .local("/a:b"))
    #expect(CopyLocation("-") == .standardStream)
    let folder = Base64.encode(#"{"name":"etc","mode":2147484141}"#.utf8)
    #expect(Wire.PathStatus(header: folder)?.isFolder == true)
    let link = Base64.encode(#"{"name":"l","mode":134218239,"linkTarget":"f"}"#.utf8)
    #expect(Wire.PathStatus(header: link)?.symbolicLinkTarget == "f")
    #expect(CopyPath("/a/l").following("../f").text == "/a/../f")
    #expect(CopyPath("/a/l").following("/f").text == "/f")
  }
}
