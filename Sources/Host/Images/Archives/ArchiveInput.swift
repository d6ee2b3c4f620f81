import EngineModel
public import Kernel

/// Where an archive comes from.
public enum ArchiveInput: Sendable {
  /// A file on this host.
  case file(String)
  /// An open file, pipe or socket, read to its end; a blocking one.
  case descriptor(OwnedDescriptor)
  /// Pieces as they arrive, a client's request body for instance. It is read no faster than the archive is worked on.
  case stream(any AsyncSequence<[UInt8], any Error> & Sendable)

  /// Does blocking work on the bytes, on a thread of its own.
  func withSource<T: Sendable>(_ body: @escaping @Sendable (any ByteSource) throws -> T) async throws -> T {
    switch self {
    case .file(let path):
      return try await onDedicatedThread("archive") {
        ArchiveHandle.useUTF8OnThisThread()
        return try body(DescriptorSource(path: path))
      }
    case .descriptor(let descriptor):
      return try await onDedicatedThread("archive") {
        ArchiveHandle.useUTF8OnThisThread()
        return try body(DescriptorSource(descriptor, name: "archive"))
      }
    case .stream(let stream):
      let line = ByteLine()
      return try await withTaskCancellationHandler {
        // Cancelled and awaited when this scope is left: a stream may go on after its archive was refused.
        async let _: Void = line.feed(stream)
        let result: Result<T, any Error>
        do {
          result = .success(
            try await onDedicatedThread("archive") {
              ArchiveHandle.useUTF8OnThisThread()
              return try body(line)
            })
        } catch {
          result = .failure(error)
        }
        line.hangUp()
        return try result.get()
      } onCancel: {
        line.fail(CancellationError())
      }
    }
  }
}
