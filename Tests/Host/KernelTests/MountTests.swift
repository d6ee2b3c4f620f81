import Glibc
import Kernel
import TestHosts
import Testing

@Suite struct MountTests {
  @Test func layersAreSeenThroughAnOverlay() async throws {
    try await withScratchFolder { folder in
      try await onDedicatedThread("test") {
        // On a tmpfs, because an overlay cannot be the upper layer of an overlay.
        try Mounts.mount(type: "tmpfs", source: "tmpfs", at: folder, flags: [.noDevices])
        defer { _ = try? Mounts.unmount(folder) }
        for name in ["low", "mid,dle:1", "up", "work", "all"] { mkdir("\(folder)/\(name)", 0o755) }
        for (name, text) in [("low/a", "low"), ("low/b", "low"), ("mid,dle:1/b", "middle")] {
          _ = try OwnedDescriptor(path: "\(folder)/\(name)", flags: O_CREAT | O_WRONLY)
          try writeExistingFile("\(folder)/\(name)", text)
        }
        try Mounts.mountOverlay(
          lower: ["\(folder)/mid,dle:1", "\(folder)/low"], upper: "\(folder)/up",
          work: "\(folder)/work",
          at: "\(folder)/all")
        #expect(try readFile("\(folder)/all/a") == "low")
        #expect(try readFile("\(folder)/all/b") == "middle")
        try writeExistingFile("\(folder)/all/a", "new")
        #expect(try readFile("\(folder)/up/a") == "new")
        #expect(try readFile("\(folder)/low/a") == "low")
        let info = try #require(try MountInfo.read().first { $0.mountPoint == "\(folder)/all" })
        #expect(info.type == "overlay")
        #expect(try Mounts.unmount("\(folder)/all"))
        #expect(try !Mounts.unmount("\(folder)/all"))
        #expect(try !MountInfo.read().contains { $0.mountPoint == "\(folder)/all" })
      }
    }
  }

  @Test func aReadOnlyBindRefusesWrites() async throws {
    try await withScratchFolder { folder in
      try await onDedicatedThread("test") {
        mkdir("\(folder)/from", 0o755)
        mkdir("\(folder)/to", 0o755)
        try Mounts.bind("\(folder)/from", at: "\(folder)/to", flags: .readOnly)
        defer { _ = try? Mounts.unmount("\(folder)/to") }
        let error = #expect(throws: SystemCallError.self) {
          _ = try OwnedDescriptor(path: "\(folder)/to/x", flags: O_CREAT | O_WRONLY)
        }
        #expect(error?.errno == EROFS)
      }
    }
  }

  @Test func failuresNameTheTargetAndKeepTheErrorNumber() async throws {
    let error = await #expect(throws: SystemCallError.self) {
      try await onDedicatedThread("test") {
        try Mounts.bind("/no/such/key", at: "/no/such/target")
      }
    }
    #expect(error?.errno == ENOENT)
    #expect(error?.description == "mount --bind /no/such/target: No such file or directory")
  }

  @Test func escapesInMountInfoAreUndone() throws {
    let info = try #require(
      MountInfo(
        line:
          #"36 35 98:0 / /mnt\040a\134b rw,noatime shared:1 - ext4 /dev/root rw,errors=continue"#))
    #expect(info.mountPoint == #"/mnt a\b"#)
    #expect(info.type == "ext4")
    #expect(info.superOptions == ["rw", "errors=continue"])
    #expect(MountInfo(line: "36 35 98:0 / /mnt rw") == nil)
  }
}
