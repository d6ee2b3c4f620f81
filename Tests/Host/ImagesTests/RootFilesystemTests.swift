import TestHosts
import EngineModel
import Glibc
import Kernel
import Testing

@testable import Images

@Suite struct RootFilesystemTests {
  @Test func aContainerSeesItsImageAndKeepsItsChangesToItself() async throws {
    try await withStore { store, data in
      let layers = [
        rootArchive,
        TestArchive {
          $0.add("bin/.wh.ash")
          $0.add("etc/", .folder)
          $0.add("etc/motd", .file, "hello")
        },
        TestArchive {
          $0.add("./", .folder, mode: 0o751)
          $0.add("tmp/", .folder, mode: 0o1777)
          $0.add("tmp/.wh..wh..opq")
        },
      ]
      try await store.load(savedArchive([(["app"], layers, "{}")]).input)
      let image = try store.resolve("app")
      let (one, two) = (ContainerID.random(), ContainerID.random())
      let first = try await store.prepareRootFilesystem(one, image: image.id)
      let second = try await store.prepareRootFilesystem(two, image: image.id)
      #expect(first.isMounted)
      #expect(try readFile("\(first.merged)/etc/motd") == "hello")
      #expect(!exists("\(first.merged)/bin/ash"))
      #expect(exists("\(first.merged)/bin/sh"))
      #expect(try status(first.merged).st_mode & 0o7777 == 0o751)
      #expect(try status("\(first.merged)/tmp").st_mode & 0o7777 == 0o1777)
      try writeExistingFile("\(first.merged)/etc/motd", "HELLO")
      #expect(try readFile("\(second.merged)/etc/motd") == "hello")

      try await store.unmount(one)
      #expect(!first.isMounted)
      try await store.unmount(one)
      #expect(try await store.mount(one) == first)
      #expect(try readFile("\(first.merged)/etc/motd") == "HELLO")
      // A second mount does nothing.
      _ = try await store.mount(one)
      try await store.unmount(one)
      #expect(!first.isMounted)

      // The containers keep the layers after the image's removal.
      let stopped = [one, two].map { DependentContainer(container: $0, isRunning: false) }
      _ = try await store.remove("app", isForced: true, users: { _ in stopped })
      #expect(store.images.isEmpty)
      #expect(try readFile("\(try await store.mount(one).merged)/etc/motd") == "HELLO")
      let reopened = try await ImageStore(dataRoot: data)
      #expect(try reopened.database.layers.all().count == 3)
      try await reopened.removeRootFilesystem(one)
      #expect(!exists("\(data)/containers/\(one)"))
      #expect(try reopened.database.layers.all().count == 3)
      try await reopened.removeRootFilesystem(two)
      try await reopened.removeRootFilesystem(two)
      #expect(try reopened.database.layers.all().isEmpty)
      await #expect(throws: EngineError.self) { try await reopened.mount(two) }
      await #expect(throws: EngineError.self) { try await reopened.prepareRootFilesystem(two, image: image.id) }
      #expect(!exists("\(data)/containers/\(two)"))
    }
  }

  @Test func moreLayersThanAPageOfOptionsHoldsAreMounted() async throws {
    try await withStore { store, _ in
      let layers = (0..<120).map { index in TestArchive { $0.add("f\(index)", .file, "\(index)") } }
      try await store.load(savedArchive([(["tall"], layers, "{}")]).input)
      let root = try await store.prepareRootFilesystem(.random(), image: try store.resolve("tall").id)
      for index in [0, 60, 119] { #expect(try readFile("\(root.merged)/f\(index)") == "\(index)") }
    }
  }

  @Test func whatElseIsInAContainersFolderStays() async throws {
    try await withStore { store, data in
      let image = try await store.import(rootArchive.input)
      let id = ContainerID.random()
      mkdir("\(data)/containers/\(id)", 0o700)
      try AtomicFile.write("\(data)/containers/\(id)/log", [1], isDurable: false)
      _ = try await store.prepareRootFilesystem(id, image: image.id)
      try await store.removeRootFilesystem(id)
      #expect(exists("\(data)/containers/\(id)/log"))
      #expect(!exists("\(data)/containers/\(id)/rootfs"))
    }
  }

  @Test func layersRemovedBehindTheStoresBackAreUnpackedAgain() async throws {
    try await withStore { store, data in
      let image = try await store.import(rootArchive.input, name: "a")
      try await onDedicatedThread("test") {
        try TreeRemoval.remove(path: "\(data)/layers/\(image.layers[0].chainID.hex)")
      }
      let root = try await store.prepareRootFilesystem(.random(), image: image.id)
      #expect(try readFile("\(root.merged)/bin/sh") == "#!")
      #expect(store.images == [image])
    }
  }
}
