import EngineModel
import Glibc
import Kernel
import Synchronization
import TestHosts
import Testing

@testable import Images

/// Copying a folder into another one that somebody else changes meanwhile.
@Suite struct TreeCopyTests {
  private func open(_ path: String) throws -> OwnedDescriptor {
    try OwnedDescriptor(path: path, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  }

  private func isEmpty(_ path: String) throws -> Bool {
    let folder = try open(path)
    return try withExtendedLifetime(folder) { try TreeRemoval.names(in: folder.number).isEmpty }
  }

  private func write(_ path: String, _ text: String) throws {
    try AtomicFile.write(path, Array(text.utf8), isDurable: false)
  }

  @Test func everythingIsCopied() async throws {
    try await withScratchFolder { folder in
      let (from, to) = ("\(folder)/from", "\(folder)/to")
      try makeDirectories("\(from)/below", mode: 0o755)
      try makeDirectories(to, mode: 0o700)
      try write("\(from)/file", "text")
      chmod("\(from)/file", 0o4711)
      link("\(from)/file", "\(from)/below/same")
      symlink("/nowhere", "\(from)/link")
      mkfifo("\(from)/pipe", 0o640)
      chmod("\(from)/below", 0o500)
      chmod(from, 0o751)
      try await TreeCopy.copy(try open(from), to: try open(to))
      #expect(try readFile("\(to)/file") == "text")
      #expect(try status("\(to)/file").st_mode & 0o7777 == 0o4711)
      #expect(try status("\(to)/file").st_ino == status("\(to)/below/same").st_ino)
      #expect(linkTarget("\(to)/link") == "/nowhere")
      #expect(try status("\(to)/pipe").st_mode == S_IFIFO | 0o640)
      #expect(try status("\(to)/below").st_mode & 0o7777 == 0o500)
      #expect(try status(to).st_mode & 0o7777 == 0o751)
      #expect(try status("\(to)/file").st_mtim.tv_sec == status("\(from)/file").st_mtim.tv_sec)
    }
  }

  @Test func aLinkThatIsThereAlreadyLeadsNowhere() async throws {
    try await withScratchFolder { folder in
      for name in ["from/sub/deep", "to", "outside"] { try makeDirectories("\(folder)/\(name)", mode: 0o755) }
      try write("\(folder)/from/sub/deep/file", "text")
      symlink("\(folder)/outside", "\(folder)/to/sub")
      try await TreeCopy.copy(try open("\(folder)/from"), to: try open("\(folder)/to"))
      #expect(try isEmpty("\(folder)/outside"))
      #expect(try readFile("\(folder)/to/sub/deep/file") == "text")
    }
  }

  @Test func aFolderSwappedForALinkMeanwhileLeadsNowhere() async throws {
    try await withScratchFolder { folder in
      for name in ["from/sub", "to", "outside"] { try makeDirectories("\(folder)/\(name)", mode: 0o755) }
      for number in 0..<200 { try write("\(folder)/from/sub/\(number)", "\(number)") }
      let isOver = Flag()
      try await withThrowingTaskGroup { group in
        group.addTask {
          // As a container would that has the target as a volume.
          try await onDedicatedThread("swapping") {
            while !isOver.isSet {
              guard rename("\(folder)/to/sub", "\(folder)/to/aside") == 0 else { continue }
              symlink("\(folder)/outside", "\(folder)/to/sub")
              usleep(200)
              unlink("\(folder)/to/sub")
              rename("\(folder)/to/aside", "\(folder)/to/sub")
            }
          }
        }
        for _ in 0..<10 {
          // It may fail. It must not write outside.
          try? await TreeCopy.copy(try open("\(folder)/from"), to: try open("\(folder)/to"))
        }
        isOver.set()
        try await group.waitForAll()
      }
      #expect(try isEmpty("\(folder)/outside"))
    }
  }
}

private final class Flag: Sendable {
  private let value = Mutex(false)
  var isSet: Bool { value.withLock { $0 } }
  func set() { value.withLock { $0 = true } }
}
