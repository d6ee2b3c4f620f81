import TestHosts
import CLinux
import EngineModel
import Glibc
import Kernel
import TestHosts
import Testing

@testable import Images

@Suite struct UnpackingTests {
  /// Unpacks into `<folder>/layers/<name>`. The folder `<folder>/outside` is beside it.
  private func unpack(
    _ archive: TestArchive, in folder: String, limits: ArchiveLimits = ArchiveLimits(), lowerLayers: [TestArchive] = []
  ) async throws -> String {
    try await onDedicatedThread("test") {
      LibarchiveReader.useUTF8OnThisThread()
      if mkdir("\(folder)/outside", 0o755) == 0 {
        try AtomicFile.write("\(folder)/outside/secret", [1], isDurable: false)
      }
      let store = LayerStore(root: "\(folder)/layers", limits: limits)
      try store.prepare()
      var chain: [Digest] = []
      for layer in lowerLayers {
        chain.append(try keep(layer, chain, store))
      }
      return store.diffPath(try keep(archive, chain, store))
    }
  }

  private func keep(_ layer: TestArchive, _ chain: [Digest], _ store: LayerStore) throws -> Digest {
    let unpacked = try store.unpack(MemorySource(layer.finished))
    let name = Digest.chainIDs(of: chain.suffix(1) + [unpacked.diffID]).last ?? unpacked.diffID
    try store.commit(unpacked, as: chain + [name])
    return name
  }

  /// A running container may put a link in the place of a FIFO or device before its mode is set.
  @Test(arguments: [mode_t(0o010000), 0o020000, 0o060000]) func aSwappedLinkDoesNotChangeAnotherFile(type: mode_t)
    async throws
  {
    try await withScratchFolder { folder in
      let outside = "\(folder)/outside"
      try AtomicFile.write(outside, [1], isDurable: false, mode: 0o600)
      try checked("mkdir", folder) { mkdir("\(folder)/root", 0o755) }
      try checked("symlink", folder) { symlink(outside, "\(folder)/root/node") }
      let root = try OwnedDescriptor(path: "\(folder)/root", flags: O_RDONLY | O_DIRECTORY)
      var entry = ArchiveEntry(path: try ArchivePath(bytes: Array("node".utf8)), kind: .pipe, mode: 0o4777)
      entry.owner = 7
      let name = Array("node".utf8).cString
      #expect(throws: SystemCallError.self) {
        try TreeUnpacker.setAttributes(ofNode: name, type, in: root.number, entry, setsOwner: geteuid() == 0)
      }
      let after = try status(outside)
      #expect(after.st_mode & 0o7777 == 0o600)
      #expect(after.st_uid == geteuid())
    }
  }

  @Test func everyKindOfFileIsUnpacked() async throws {
    try await withScratchFolder { folder in
      let root = try await unpack(
        TestArchive {
          $0.add("./", .folder, mode: 0o751)
          $0.add("tmp/", .folder, mode: 0o1777)
          $0.add("tmp/file", .file, "hello", mode: 0o4755, owner: 7, group: 8)
          $0.add("link", .symbolicLink, link: "/etc/passwd")
          $0.add("hard", .hardLink, link: "tmp/file")
          $0.add("null", .characterDevice, mode: 0o666, device: (1, 3))
          $0.add("disk", .blockDevice, device: (8, 1))
          $0.add("pipe", .pipe, mode: 0o600)
          $0.add("åäö 日本", .file, "utf8")
          $0.add("capable", .file, "x", attributes: [("user.colour", "blue")])
        }, in: folder)
      #expect(try status(root).st_mode & 0o7777 == 0o751)
      #expect(try status("\(root)/tmp").st_mode & 0o7777 == 0o1777)
      #expect(try status("\(root)/tmp").st_mtim.tv_sec == 1_700_000_000)
      let file = try status("\(root)/tmp/file")
      #expect(file.st_mode & 0o7777 == 0o4755)
      #expect((file.st_uid, file.st_gid) == (7, 8))
      #expect(file.st_mtim.tv_sec == 1_700_000_000)
      #expect(file.st_nlink == 2)
      #expect(try readFile("\(root)/hard") == "hello")
      #expect(linkTarget("\(root)/link") == "/etc/passwd")
      #expect(try status("\(root)/null").st_rdev == linux_makedev(1, 3))
      #expect(try status("\(root)/disk").st_mode & S_IFMT == S_IFBLK)
      #expect(try status("\(root)/pipe").st_mode & S_IFMT == S_IFIFO)
      #expect(try readFile("\(root)/åäö 日本") == "utf8")
      var value = [UInt8](repeating: 0, count: 16)
      #expect(getxattr("\(root)/capable", "user.colour", &value, value.count) == 4)
    }
  }

  @Test func whiteoutsBecomeThoseOfOverlays() async throws {
    try await withScratchFolder { folder in
      let root = try await unpack(
        TestArchive {
          $0.add("etc/", .folder)
          $0.add("etc/.wh.gone")
          $0.add("var/", .folder)
          $0.add("var/.wh..wh..opq")
          $0.add(".wh..wh.plnk", .folder)
          $0.add(".wh.replaced")
          $0.add("replaced/", .folder)
          $0.add("kept/", .folder)
          $0.add(".wh.kept")
        }, in: folder)
      let gone = try status("\(root)/etc/gone")
      #expect(gone.st_mode & S_IFMT == S_IFCHR)
      #expect(gone.st_rdev == 0)
      #expect(!exists("\(root)/etc/.wh.gone"))
      func isOpaque(_ path: String) -> Bool {
        var value: UInt8 = 0
        return getxattr("\(root)/\(path)", "trusted.overlay.opaque", &value, 1) == 1 && value == UInt8(ascii: "y")
      }
      #expect(isOpaque("var"))
      #expect(!isOpaque("etc"))
      #expect(!exists("\(root)/.wh..wh.plnk"))
      #expect(try status("\(root)/replaced").st_mode & S_IFMT == S_IFDIR)
      #expect(isOpaque("replaced"))
      #expect(isOpaque("kept"))
    }
  }

  @Test func aLaterEntryOfTheSameNameReplacesTheEarlier() async throws {
    try await withScratchFolder { folder in
      let root = try await unpack(
        TestArchive {
          $0.add("a", .file, "one")
          $0.add("a", .file, "two")
          $0.add("b/", .folder)
          $0.add("b/inside/", .folder)
          $0.add("b/inside/file", .file, "x")
          $0.add("b", .symbolicLink, link: "a")
          $0.add("c", .symbolicLink, link: "a")
          $0.add("c/", .folder)
          $0.add("c/file", .file, "y")
        }, in: folder)
      #expect(try readFile("\(root)/a") == "two")
      #expect(linkTarget("\(root)/b") == "a")
      #expect(try readFile("\(root)/c/file") == "y")
    }
  }

  @Test func foldersTakenForGrantedAreAsBeneath() async throws {
    try await withScratchFolder { folder in
      let root = try await unpack(
        TestArchive { $0.add("tmp/deep/file", .file, "x") }, in: folder,
        lowerLayers: [
          TestArchive {
            $0.add("./", .folder, mode: 0o711)
            $0.add("tmp/", .folder, mode: 0o1777, owner: 5)
          }
        ])
      #expect(try status(root).st_mode & 0o7777 == 0o711)
      #expect(try status("\(root)/tmp").st_mode & 0o7777 == 0o1777)
      #expect(try status("\(root)/tmp").st_uid == 5)
      #expect(try status("\(root)/tmp/deep").st_mode & 0o7777 == 0o755)
    }
  }

  struct Escape: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var build: @Sendable (inout TestArchive) -> Void
    /// The archive is refused; otherwise its entries stay inside.
    var isRefused: Bool
  }

  static let escapes: [Escape] = [
    Escape(testDescription: "parent folders", build: { $0.add("../outside/secret", .file, "evil") }, isRefused: true),
    Escape(
      testDescription: "inner parents", build: { $0.add("a/../../../outside/secret", .file, "x") }, isRefused: true),
    Escape(testDescription: "absolute", build: { $0.add("/outside/secret", .file, "evil") }, isRefused: false),
    Escape(
      testDescription: "through an absolute link",
      build: {
        $0.add("out", .symbolicLink, link: "/tmp")
        $0.add("out/causeway-escaped", .file, "evil")
      }, isRefused: true),
    Escape(
      testDescription: "through a relative link",
      build: {
        $0.add("out", .symbolicLink, link: "../../../outside")
        $0.add("out/secret", .file, "evil")
      }, isRefused: true),
    Escape(
      testDescription: "over a link",
      build: {
        $0.add("secret", .symbolicLink, link: "../../../outside/secret")
        $0.add("secret", .file, "evil")
      }, isRefused: false),
    Escape(
      testDescription: "hard link to outside", build: { $0.add("x", .hardLink, link: "../../../outside/secret") },
      isRefused: true),
    Escape(
      testDescription: "absolute hard link", build: { $0.add("x", .hardLink, link: "/etc/passwd") }, isRefused: true),
    Escape(
      testDescription: "hard link through a link",
      build: {
        $0.add("out", .symbolicLink, link: "../../../outside")
        $0.add("x", .hardLink, link: "out/secret")
      }, isRefused: true),
    Escape(
      testDescription: "hard link to a link, then written",
      build: {
        $0.add("s", .symbolicLink, link: "../../../outside/secret")
        $0.add("h", .hardLink, link: "s")
        $0.add("h", .file, "evil")
      }, isRefused: false),
    Escape(testDescription: "whiteout of the parent", build: { $0.add("a/.wh...") }, isRefused: true),
    Escape(testDescription: "whiteout of itself", build: { $0.add("a/.wh..") }, isRefused: true),
    Escape(testDescription: "whiteout of nothing", build: { $0.add("a/.wh.") }, isRefused: true),
    Escape(
      testDescription: "attributes through a link",
      build: {
        $0.add("d/", .folder)
        $0.add("d", .symbolicLink, link: "../../../outside")
        $0.add("d/.wh..wh..opq")
      }, isRefused: true),
    Escape(
      testDescription: "links in a ring",
      build: {
        $0.add("a", .symbolicLink, link: "b")
        $0.add("b", .symbolicLink, link: "a")
        $0.add("a/file", .file, "x")
      }, isRefused: true),
    Escape(
      testDescription: "file under a file",
      build: {
        $0.add("a", .file, "x")
        $0.add("a/b", .file, "y")
      }, isRefused: true),
  ]

  @Test(arguments: escapes) func nothingLeadsOut(_ escape: Escape) async throws {
    try await withScratchFolder { folder in
      let archive = TestArchive(escape.build)
      if escape.isRefused {
        await #expect(throws: EngineError.self) { _ = try await unpack(archive, in: folder) }
      } else {
        _ = try await unpack(archive, in: folder)
      }
      #expect(try AtomicFile.read("\(folder)/outside/secret", limit: 10) == [1])
      #expect(!exists("/tmp/causeway-escaped"))
      let status = try status("\(folder)/outside/secret")
      #expect(status.st_nlink == 1)
      var value: UInt8 = 0
      #expect(getxattr("\(folder)/outside", "trusted.overlay.opaque", &value, 1) == -1)
    }
  }

  @Test func anAbsoluteLinkLeadsToTheLayersOwnRoot() async throws {
    try await withScratchFolder { folder in
      let root = try await unpack(
        TestArchive {
          $0.add("usr/lib/", .folder)
          $0.add("lib", .symbolicLink, link: "/usr/lib")
          $0.add("lib/so", .file, "inside")
        }, in: folder)
      #expect(try readFile("\(root)/usr/lib/so") == "inside")
    }
  }

  @Test func anArchiveHasNoSayInOverlayAttributes() async throws {
    try await withScratchFolder { folder in
      let root = try await unpack(
        TestArchive { $0.add("d/", .folder, attributes: [("trusted.overlay.redirect", "/other"), ("user.a", "b")]) },
        in: folder)
      var value = [UInt8](repeating: 0, count: 16)
      #expect(getxattr("\(root)/d", "trusted.overlay.redirect", &value, value.count) == -1)
      #expect(getxattr("\(root)/d", "user.a", &value, value.count) == 1)
    }
  }

  @Test func moreThanTheLimitsAllowIsRefusedAndLeavesNothing() async throws {
    try await withScratchFolder { folder in
      let big = TestArchive { $0.add("big", .file, String(repeating: "x", count: 5000)) }
      let many = TestArchive { for index in 0..<20 { $0.add("f\(index)") } }
      let claimed = TestArchive { $0.add("huge", .file, "", claimedSize: 1 << 32) }
      var limits = ArchiveLimits()
      limits.entries = 10
      limits.bytes = 100_000
      await #expect(throws: EngineError.self) { _ = try await unpack(many, in: folder, limits: limits) }
      await #expect(throws: EngineError.self) { _ = try await unpack(claimed, in: folder, limits: limits) }
      limits.bytes = 4000
      await #expect(throws: EngineError.self) { _ = try await unpack(big, in: folder, limits: limits) }
      let left = LayerStore(root: "\(folder)/layers", limits: limits)
      let names = try OwnedDescriptor(path: left.root, flags: O_RDONLY | O_DIRECTORY)
      #expect(try TreeRemoval.names(in: names.number).isEmpty)
    }
  }

  @Test(arguments: [0, 1, 511, 700]) func aCutArchiveIsRefused(kept: Int) async throws {
    try await withScratchFolder { folder in
      try await onDedicatedThread("test") {
        let store = LayerStore(root: "\(folder)/layers", limits: ArchiveLimits())
        try store.prepare()
        let archive = TestArchive { $0.add("file", .file, String(repeating: "x", count: 1000)) }
        let cut = MemorySource(Array(archive.finished.prefix(kept)))
        // Empty input is an empty archive, as an empty layer may be.
        if kept == 0 {
          #expect(try store.unpack(cut).diffID == Digest.of([]))
        } else {
          #expect(throws: EngineError.self) { _ = try store.unpack(cut) }
        }
      }
    }
  }

  @Test func aVeryDeepTreeIsUnpackedAndRemoved() async throws {
    try await withScratchFolder { folder in
      let root = try await unpack(
        TestArchive { archive in
          let name = String(repeating: "d", count: 30)
          // A link shortens an already deep path, so that the tree becomes deeper than the longest path.
          let deep = String(repeating: "\(name)/", count: 50)
          archive.add(deep, .folder)
          var link = String(deep.dropLast())
          for index in 0..<4 {
            archive.add("s\(index)", .symbolicLink, link: link)
            archive.add("s\(index)/\(deep)", .folder)
            link = "s\(index)/\(deep.dropLast())"
          }
        }, in: folder)
      #expect(exists("\(root)/s2"))
      #expect(4 * 50 * 31 > PATH_MAX)
      try await onDedicatedThread("test") { try TreeRemoval.remove(path: root) }
      #expect(!exists(root))
    }
  }
}
