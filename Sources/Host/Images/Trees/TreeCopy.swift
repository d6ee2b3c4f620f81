import EngineModel
import Glibc
package import Kernel
import Synchronization

/// Copies the contents of a folder, and its attributes, into another one: owners, modes, times, links, devices, and the
/// extended attributes that images have.
///
/// Every file is opened relative to an open folder and no path leaves the two roots, whatever links another program creates
/// meanwhile. Sockets are left out. Two threads of its own: one reads, the other writes.
package enum TreeCopy {
  package static func copy(_ source: OwnedDescriptor, to target: OwnedDescriptor) async throws {
    let (input, output) = try makePipe()
    async let reading: Void = onDedicatedThread("tree-reading") {
      LibarchiveReader.useUTF8OnThisThread()
      // The reader of the pipe sees its end when this thread is done, after an error, too.
      guard let output = output.take() else { return }
      let archive = try TreeArchiver(to: output, isLayer: false)
      try TreeWalk(source).forEach { item in
        try archive.add(item)
        return true
      }
      try archive.close()
    }
    do {
      try await ArchiveInput.descriptor(input).withSource { source in
        do {
          try TreeUnpacker(source, into: ExtractionRoot(target), limits: ArchiveLimits(), .copy(CopyOptions())).run()
          try source.drain()
        } catch {
          // The other thread must not wait for room in the pipe.
          try? source.drain()
          throw error
        }
      }
    } catch {
      // An archive that ends early says less than the reason why.
      try await reading
      throw error
    }
    try await reading
  }

  private static func makePipe() throws(SystemCallError) -> (input: OwnedDescriptor, output: WriteEnd) {
    let pipe = try Pipe()
    return (pipe.readEnd, WriteEnd(pipe.writeEnd))
  }

  /// Has one holder, so that the end closes when that one is done.
  private final class WriteEnd: Sendable {
    private let slot: Mutex<OwnedDescriptor?>

    init(_ end: OwnedDescriptor) { slot = Mutex(end) }

    func take() -> OwnedDescriptor? { slot.withLock { $0.take() } }
  }
}
