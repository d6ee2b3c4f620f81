package import EngineModel
package import Kernel

/// The source of an archive.
package enum ArchiveInput: Sendable {
  /// A file on this host.
  case file(String)
  /// An open file, pipe or socket in blocking mode. It is read to its end.
  case descriptor(OwnedDescriptor)
  /// A stream of chunks, such as a client's request body. The reader applies back-pressure.
  case stream(ByteStream)

  /// Runs blocking work on the bytes, on a dedicated thread.
  func withSource<T: Sendable>(_ body: @escaping @Sendable (any ByteSource) throws -> T) async throws -> T {
    switch self {
    case .file(let path):
      return try await onDedicatedThread("archive") {
        LibarchiveReader.useUTF8OnThisThread()
        return try body(DescriptorSource(path: path))
      }
    case .descriptor(let descriptor):
      return try await onDedicatedThread("archive") {
        LibarchiveReader.useUTF8OnThisThread()
        return try body(DescriptorSource(descriptor, name: "archive"))
      }
    case .stream(let stream):
      let pipe = BytePipe()
      return try await withTaskCancellationHandler {
        // Leaving this scope cancels this task and waits for it: the stream may be endless although the archive was
        // refused.
        async let _: Void = pipe.write(contentsOf: stream)
        let result: Result<T, any Error>
        do {
          result = .success(
            try await onDedicatedThread("archive") {
              LibarchiveReader.useUTF8OnThisThread()
              return try body(pipe)
            })
        } catch {
          result = .failure(error)
        }
        pipe.closeReading()
        return try result.get()
      } onCancel: {
        pipe.fail(CancellationError())
      }
    }
  }
}
