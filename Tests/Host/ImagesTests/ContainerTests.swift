import TestHosts
import CLinux
import EngineModel
import Glibc
import Kernel
import Testing

@testable import Images

@Suite struct ContainerTests {
  private static let base = TestArchive {
    $0.add("./", .folder, mode: 0o755)
    $0.add("etc/", .folder, mode: 0o755)
    $0.add("etc/passwd", .file, "root")
    $0.add("etc/group", .file, "root")
    $0.add("srv/", .folder, mode: 0o755)
    $0.add("srv/old/", .folder, mode: 0o755)
    $0.add("srv/old/file", .file, "old")
    $0.add("usr/", .folder, mode: 0o755)
  }

  /// Changes a container's files as a program in it would.
  private func change(_ root: String) throws {
    unlink("\(root)/etc/group")
    try AtomicFile.write("\(root)/etc/passwd", Array("changed".utf8), isDurable: false)
    mkdir("\(root)/new", 0o755)
    try AtomicFile.write("\(root)/new/file", [1, 2, 3], isDurable: false)
    link("\(root)/new/file", "\(root)/new/same")
    symlink("/etc", "\(root)/new/link")
    setxattr("\(root)/new/file", "user.colour", "blue", 4, 0)
    mkfifo("\(root)/new/pipe", 0o600)
    try TreeRemoval.remove(path: "\(root)/srv/old")
    mkdir("\(root)/srv/old", 0o755)
    // The OCI runtime leaves these.
    try AtomicFile.write("\(root)/etc/hosts", [], isDurable: false)
    mkdir("\(root)/proc", 0o555)
  }

  private func withChangedContainer(
    _ body: @Sendable (ImageStore, StoredImage, ContainerID, ContainerRootFS, String) async throws -> Void
  ) async throws {
    try await withStore { store, data in
      let image = try await store.import(Self.base.input, name: "base", changes: ["CMD a"])
      let id = ContainerID.random()
      let root = try await store.prepareRootFilesystem(id, image: image.id)
      try await onDedicatedThread("test") { try change(root.merged) }
      try await body(store, image, id, root, data)
    }
  }

  @Test func changesAreFound() async throws {
    try await withChangedContainer { store, _, id, _, _ in
      let changes = try await store.changes(of: id)
      #expect(
        changes.map { "\($0.kind.rawValue) \($0.path)" } == [
          "0 /etc", "2 /etc/group", "0 /etc/passwd", "1 /new", "1 /new/file", "1 /new/link", "1 /new/pipe",
          "1 /new/same",
          "0 /srv", "0 /srv/old", "2 /srv/old/file",
        ])
      let fresh = ContainerID.random()
      _ = try await store.prepareRootFilesystem(fresh, image: store.resolve("base").id)
      #expect(try await store.changes(of: fresh).isEmpty)
    }
  }

  @Test func aCommittedContainerIsAnImageOfTheSameFiles() async throws {
    try await withChangedContainer { store, image, id, root, _ in
      var configuration = image.configuration.container
      configuration.user = "7"
      let made = try await store.commit(
        id, image: image.id, configuration: configuration, createdBy: "sh", name: "made:1", author: "me",
        message: "why")
      #expect(made.layers.map(\.diffID).first == image.layers[0].diffID)
      #expect(made.layers.count == 2)
      #expect(made.configuration.container.user == "7")
      #expect(made.configuration.author == "me")
      #expect(made.history.map(\.comment) == ["why", "Imported from -"])
      #expect(made.history.map(\.createdBy) == ["sh", ""])
      let copy = try await store.prepareRootFilesystem(.random(), image: made.id)
      #expect(try readFile("\(copy.merged)/etc/passwd") == "changed")
      #expect(!exists("\(copy.merged)/etc/group"))
      #expect(!exists("\(copy.merged)/etc/hosts"))
      #expect(exists("\(copy.merged)/srv/old"))
      #expect(!exists("\(copy.merged)/srv/old/file"))
      #expect(try status("\(copy.merged)/new/file").st_ino == status("\(copy.merged)/new/same").st_ino)
      #expect(linkTarget("\(copy.merged)/new/link") == "/etc")
      #expect(try status("\(copy.merged)/new/pipe").st_mode & S_IFMT == S_IFIFO)
      var value = [UInt8](repeating: 0, count: 8)
      #expect(getxattr("\(copy.merged)/new/file", "user.colour", &value, 8) == 4)
    }
  }

  @Test func anExportImportedAgainHasTheSameFiles() async throws {
    try await withChangedContainer { store, _, id, root, data in
      let path = "\(data)/exported.tar"
      try await store.export(id, to: try OwnedDescriptor(path: path, flags: O_RDWR | O_CREAT))
      try await store.unmount(id)
      #expect(!root.isMounted)
      _ = try await store.mount(id)
      try await store.export(id, to: try OwnedDescriptor(path: "\(path)2", flags: O_RDWR | O_CREAT))
      #expect(try AtomicFile.read(path, limit: 1 << 20) == AtomicFile.read("\(path)2", limit: 1 << 20))
      let again = try await store.import(.file(path))
      let copy = try await store.prepareRootFilesystem(.random(), image: again.id)
      #expect(try readFile("\(copy.merged)/etc/passwd") == "changed")
      #expect(!exists("\(copy.merged)/etc/group"))
      #expect(!exists("\(copy.merged)/srv/old/file"))
      #expect(try status("\(copy.merged)/new/file").st_nlink == 2)
    }
  }
}
