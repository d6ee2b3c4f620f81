import TestHosts
import Addressing
import EngineModel
import Glibc
import Kernel
import Synchronization
import Testing

@testable import Images

@Suite struct StoreTests {
  @Test func aRootFileSystemIsImportedAndFoundByAllItsNames() async throws {
    try await withStore { store, data in
      let image = try await store.import(
        rootArchive.input, name: "busybox", changes: ["CMD [\"sh\"]", "ENV A=b", "EXPOSE 80"], message: "made here")
      #expect(image.tags == ["busybox:latest"])
      #expect(image.configuration.container.command == ["sh"])
      #expect(image.configuration.container.exposedPorts == [TransportPort(80, .tcp)])
      #expect(image.layers.map(\.diffID) == [Digest.of(rootArchive.finished)])
      #expect(image.size == 2)
      #expect(image.history.map(\.comment) == ["made here"])
      #expect(image.history.first?.tags == ["busybox:latest"])
      for name in [
        "busybox", "busybox:latest", "library/busybox", "docker.io/library/busybox:latest", "index.docker.io/busybox",
        image.id.description, image.id.hex, image.id.short, "sha256:\(image.id.short)", String(image.id.hex.prefix(3)),
      ] {
        #expect(try store.resolve(name).id == image.id, "\(name)")
      }
      // The document on the disk is the source of these values.
      let document = try AtomicFile.read("\(data)/images/blobs/sha256/\(image.id.hex)", limit: 10000)
      #expect(Digest.of(document) == image.id)
    }
  }

  @Test(arguments: [
    ("x", "No such image: x:latest", EngineError.Code.notFound),
    ("x:1", "No such image: x:1", .notFound),
    ("example.com/x", "No such image: example.com/x:latest", .notFound),
    ("sha256:0123", "No such image: sha256:0123", .notFound),
    ("X", "invalid reference format: repository name (library/X) must be lowercase", .invalidParameter),
    ("a::b", "invalid reference format", .invalidParameter),
  ]) func whatIsNotThereIsToldInDockersWords(name: String, message: String, code: EngineError.Code) async throws {
    try await withStore { store, _ in
      let error = #expect(throws: EngineError.self) { try store.resolve(name) }
      #expect(error?.message == message)
      #expect(error?.code == code)
    }
  }

  @Test func savedAndLoadedAgainTheIdsAreTheSame() async throws {
    try await withStore { store, data in
      let image = try await store.import(rootArchive.input, name: "one:1")
      try await store.tag("one:1", as: "two:2")
      let path = "\(data)/saved.tar"
      let file = try OwnedDescriptor(path: path, flags: O_RDWR | O_CREAT)
      try await store.save(["one:1", "two:2"], to: file)
      let again = try OwnedDescriptor(path: "\(path)2", flags: O_RDWR | O_CREAT)
      try await store.save(["one:1", "two:2"], to: again)
      let bytes = try AtomicFile.read(path, limit: 1 << 20)
      #expect(try AtomicFile.read("\(path)2", limit: 1 << 20) == bytes)

      let removed = try await store.remove("one:1", users: noUsers)
      #expect(removed == [.untagged("one:1")])
      let rest = try await store.remove("two:2", users: noUsers)
      #expect(rest == [.untagged("two:2"), .deleted(image.id), .deleted(image.layers[0].chainID)])
      #expect(store.images.isEmpty)
      #expect(try store.database.content.all().isEmpty)
      #expect(try store.database.layers.all().isEmpty)

      let lines = Mutex<[String]>([])
      let result = try await store.load(.file(path)) { line in lines.withLock { $0.append(line) } }
      #expect(lines.withLock { $0 } == ["Loaded image: one:1", "Loaded image: two:2"])
      #expect(result.loaded == ["one:1", "two:2"])
      let loaded = try store.resolve("two:2")
      #expect(loaded.id == image.id)
      #expect(loaded.layers.map(\.chainID) == image.layers.map(\.chainID))
      #expect(loaded.manifest == image.manifest)

      // The same archive without Docker's manifest is an OCI image layout.
      let index = try #require(try await document("index.json", in: path))
      #expect(String(decoding: index, as: UTF8.self).contains("docker.io/library/one:1"))
    }
  }

  private func document(_ name: String, in path: String) async throws -> [UInt8]? {
    try await onDedicatedThread("test") {
      LibarchiveReader.useUTF8OnThisThread()
      let tar = try TarReader(DescriptorSource(path: path), limits: ArchiveLimits())
      while let entry = try tar.next() {
        if entry.path.relativeText == name { return try tar.document(entry) }
      }
      return nil
    }
  }

  @Test(arguments: ["gzip", "bzip2", "xz", "zstd"]) func compressedArchivesAreLoaded(program: String) async throws {
    try await withStore { store, data in
      let layer = try await Tool(program).run(["-c"], stdin: rootArchive.finished).requireSuccess(program).stdout
      let image = try await store.import(.stream(Chunks(layer)), name: "compressed")
      #expect(image.layers.map(\.diffID) == [Digest.of(rootArchive.finished)])
      let file = try OwnedDescriptor(path: "\(data)/saved", flags: O_RDWR | O_CREAT)
      try await store.save(["compressed"], to: file)
      let saved = try AtomicFile.read("\(data)/saved", limit: 1 << 20)
      let outer = try await Tool(program).run(["-c"], stdin: saved).requireSuccess(program).stdout
      _ = try await store.remove("compressed", users: noUsers)
      try await store.load(.stream(Chunks(outer)))
      #expect(try store.resolve("compressed").id == image.id)
    }
  }

  @Test func anotherStoreOnTheSameFolderSeesTheSame() async throws {
    try await withStore { store, data in
      let image = try await store.import(rootArchive.input, name: "busybox")
      // Leftovers of a killed engine.
      mkdir("\(data)/layers/.unpacking-0", 0o700)
      mkdir("\(data)/images/ingest/abc", 0o700)
      let orphan = try store.database.content.add([1, 2, 3])
      let second = try await ImageStore(dataRoot: data)
      #expect(second.images == [image])
      #expect(!exists("\(data)/layers/.unpacking-0"))
      #expect(!exists("\(data)/images/ingest/abc"))
      #expect(second.database.content.size(orphan) == nil)
    }
  }

  @Test func whatIsDamagedIsRefusedAndLeavesNothing() async throws {
    let wrong = savedArchive([(["a:1"], [rootArchive], "{}")])
    var bytes = wrong.finished
    // Change one byte of the layer's content.
    let place = try #require(bytes.firstRange(of: Array("#!".utf8))?.lowerBound)
    bytes[place] ^= 1
    let cases: [([UInt8], String)] = [
      (bytes, "invalid diffID for layer 0"),
      (TestArchive { $0.add("x", .file, "y") }.finished, "invalid archive: does not contain a manifest.json"),
      (TestArchive { $0.add("manifest.json", .file, "[") }.finished, "invalid manifest.json"),
      (
        TestArchive { $0.add("manifest.json", .file, #"[{"Config":"../x","Layers":[]}]"#) }.finished,
        "is outside of it"
      ),
      (
        TestArchive { $0.add("manifest.json", .file, #"[{"Config":"x","Layers":[]}]"#) }.finished,
        "x is missing"
      ),
      (Array("no archive at all".utf8), "invalid archive"),
    ]
    try await withStore { store, _ in
      for (bytes, message) in cases {
        let error = await #expect(throws: EngineError.self) { try await store.load(.stream(Chunks(bytes))) }
        #expect(error?.description.contains(message) == true, "\(message): \(String(describing: error))")
      }
      #expect(store.images.isEmpty)
      #expect(try store.database.content.all().isEmpty)
      #expect(try store.database.layers.all().isEmpty)
      let ingest = try OwnedDescriptor(path: store.database.content.ingestPath, flags: O_RDONLY | O_DIRECTORY)
      #expect(try TreeRemoval.names(in: ingest.number).isEmpty)
    }
  }

  @Test func aStreamThatBreaksIsNoImage() async throws {
    struct Gone: Error {}
    try await withStore { store, _ in
      // Everything but the end marker, which archive readers do not require.
      let pieces = Chunks(savedArchive([(["a:1"], [rootArchive], "{}")]).bytes, failure: Gone())
      await #expect(throws: Gone.self) { try await store.load(.stream(pieces)) }
      await #expect(throws: Gone.self) { try await store.import(.stream(Chunks(rootArchive.bytes, failure: Gone()))) }
      #expect(store.images.isEmpty)
    }
  }

  @Test func aNameMovesFromTheOldImageToTheNew() async throws {
    try await withStore { store, _ in
      let old = try await store.import(rootArchive.input, name: "a:1")
      let lines = Mutex<[String]>([])
      try await store.load(savedArchive([(["a:1"], [rootArchive], "{}"), ([], [rootArchive], #"{"User":"x"}"#)]).input)
      {
        line in lines.withLock { $0.append(line) }
      }
      let new = try store.resolve("a:1")
      #expect(new.id != old.id)
      let unnamed = try #require(store.images.first { $0.configuration.container.user == "x" })
      #expect(
        lines.withLock { $0 } == [
          "The image a:1 already exists, renaming the old one with ID \(old.id) to empty string",
          "Loaded image: a:1", "Loaded image ID: \(unnamed.id)",
        ])
      #expect(try store.resolve(old.id.description).isDangling)
      #expect(new.configuration.created?.description == "2024-05-06T07:08:09.500000000Z")

      let pruned = try await store.prune(users: {
        $0 == old.id ? [DependentContainer(container: .random(), isRunning: false)] : []
      })
      #expect(pruned.effects == [.deleted(unnamed.id)])
      #expect(pruned.reclaimed == 0)
      let all = try await store.prune(all: true, users: noUsers)
      #expect(all.reclaimed == 2)
      #expect(store.images.isEmpty)
    }
  }

  @Test func twoLoadsAtOnceShareTheirLayers() async throws {
    try await withStore { store, _ in
      let top = TestArchive { $0.add("x", .file, "x") }
      let archives = (0..<6).map { savedArchive([(["i:\($0)"], [rootArchive, top], "{\"User\":\"\($0 % 2)\"}")]) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for archive in archives { group.addTask { try await store.load(archive.input) } }
        try await group.waitForAll()
      }
      #expect(store.images.count == 2)
      #expect(Set(store.images.flatMap(\.tags)).count == 6)
      #expect(try store.database.layers.all().count == 2)
    }
  }

  /// Upper layers are unpacked before the first one arrives, and still get their folders' attributes from it.
  @Test func layersAreUnpackedSideBySide() async throws {
    let bottom = TestArchive { archive in
      archive.add("home/", .folder, mode: 0o710, owner: 7, group: 8)
      archive.add("home/deep/", .folder, mode: 0o701)
      for number in 0..<2000 { archive.add("bulk/\(number)", .file, "some words") }
    }
    let uppers = (0..<9).map { number in TestArchive { $0.add("home/deep/\(number)/x", .file, "\(number)") } }
    try await withStore { store, _ in
      try await store.load(savedArchive([(["i:1"], [bottom] + uppers, "{}")]).input)
      let chain = try store.resolve("i:1").layers.map(\.chainID)
      #expect(chain.count == 10)
      for layer in chain.dropFirst() {
        let diff = store.database.layers.diffPath(layer)
        let home = try status("\(diff)/home")
        #expect(home.st_mode & 0o7777 == 0o710 && home.st_uid == 7 && home.st_gid == 8)
        #expect(try status("\(diff)/home/deep").st_mode & 0o7777 == 0o701)
      }
      // Each layer is there once, and nothing else.
      let folder = try OwnedDescriptor(path: store.database.layers.root, flags: O_RDONLY | O_DIRECTORY)
      #expect(try TreeRemoval.names(in: folder.number).count == 10)
    }
  }

  /// A pull that waits for its first layer does not delay another pull that has all layers.
  @Test(.timeLimit(.minutes(1))) func aLayerThatIsStillFetchedKeepsNobodyElse() async throws {
    let top = TestArchive { $0.add("x", .file, "x") }
    try await withStore { store, _ in
      let digests = [rootArchive, top].map { Digest.of($0.finished) }
      let unpacker = LayerUnpacker(
        digests.map { LayerUnpacker.Layer(blob: $0, size: 1, diffID: $0, isNew: true) },
        chainIDs: Digest.chainIDs(of: digests), database: store.database, unpackLimiter: store.unpackLimiter)
      unpacker.blobIsStored(1)
      let pull = Task { try await unpacker.unpack([0, 1]) }
      try await Task.sleep(for: .milliseconds(50))
      try await store.load(savedArchive([(["i:1"], [rootArchive, top], "{}")]).input)
      pull.cancel()
      await #expect(throws: CancellationError.self) { try await pull.value }
      #expect(try store.database.layers.all().count == 2)
    }
  }

  @Test func oneBadLayerTakesTheOthersAlong() async throws {
    let layers = (0..<6).map { number in TestArchive { $0.add("\(number)", .file, "\(number)") } }
    for bad in [0, 3, 5] {
      try await withStore { store, _ in
        let archive = TestArchive { archive in
          for (number, layer) in layers.enumerated() {
            archive.add("\(number).tar", .file, String(decoding: layer.finished, as: UTF8.self))
          }
          let digests = layers.indices.map { "\"\(Digest.of(layers[$0 == bad ? (bad + 1) % 6 : $0].finished))\"" }
          archive.add(
            "config.json", .file,
            #"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[\#(digests.joined(separator: ","))]}}"#
          )
          let files = layers.indices.map { "\"\($0).tar\"" }.joined(separator: ",")
          archive.add(
            "manifest.json", .file, #"[{"Config":"config.json","RepoTags":["bad:1"],"Layers":[\#(files)]}]"#)
        }
        let error = await #expect(throws: EngineError.self) { try await store.load(archive.input) }
        #expect(
          error?.message.hasPrefix("invalid diffID for layer \(bad): expected") == true, "\(String(describing: error))")
        #expect(store.images.isEmpty)
        #expect(try store.database.content.all().isEmpty)
        #expect(try store.database.layers.all().isEmpty)
        for path in [store.database.layers.root, store.database.content.ingestPath] {
          let folder = try OwnedDescriptor(path: path, flags: O_RDONLY | O_DIRECTORY)
          // Duplicates are removed in the background.
          let names = try TreeRemoval.names(in: folder.number).map(TreeRemoval.text)
          #expect(names.allSatisfy { $0.hasPrefix(".removed-") }, "\(names)")
        }
      }
    }
  }

  @Test func aRepositoryIsSavedWithAllItsTags() async throws {
    try await withStore { store, data in
      try await store.load(
        savedArchive([(["r:1", "r:2"], [rootArchive], "{}"), (["r:3"], [rootArchive], #"{"User":"x"}"#)]).input)
      let path = "\(data)/saved"
      func saved(_ names: String...) async throws -> [String] {
        try await store.save(names, to: try OwnedDescriptor(path: path, flags: O_RDWR | O_CREAT | O_TRUNC))
        return try await ImageStore(dataRoot: "\(data)/\(ContainerID.random().short)").load(.file(path)).loaded
      }
      #expect(try await saved("r") == ["r:1", "r:2", "r:3"])
      #expect(try await saved("r:3", "r:1") == ["r:3", "r:1"])
      let id = try store.resolve("r:3").id
      #expect(try await saved(id.short) == [id.description])
      await #expect(throws: EngineError.self) { try await saved("r:3", "r:4") }
    }
  }

  @Test(.timeLimit(.minutes(1))) func aStreamIsLetGoWhenItsArchiveIsRefused() async throws {
    try await withStore { store, _ in
      // Much more than the buffer holds, so that the writer is active when the reader stops.
      let garbage = [UInt8](repeating: UInt8(ascii: "x"), count: 8 << 20)
      await #expect(throws: EngineError.self) { try await store.load(.stream(Chunks(garbage, size: 1 << 16))) }
      // A stream that sends nothing more and does not end.
      let (silent, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
      continuation.yield(Array(garbage.prefix(1 << 18)))
      await #expect(throws: EngineError.self) { try await store.load(.stream(silent)) }
      continuation.finish()
    }
  }

  @Test(.timeLimit(.minutes(1))) func aLoadThatIsCancelledEndsAndLeavesNothing() async throws {
    try await withStore { store, _ in
      // A stream that never ends.
      let (stream, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
      let bytes = savedArchive([(["a:1"], [rootArchive], "{}")]).bytes
      continuation.yield(bytes)
      let loading = Task { try await store.load(.stream(stream)) }
      try await Task.sleep(for: .milliseconds(50))
      loading.cancel()
      await #expect(throws: CancellationError.self) { try await loading.value }
      #expect(store.images.isEmpty)
      continuation.finish()
    }
  }
}
