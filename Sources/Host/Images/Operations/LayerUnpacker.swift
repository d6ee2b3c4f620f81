import Coordination
import EngineModel
import Kernel
import Synchronization

/// Unpacks the layers of one image in parallel. It unpacks a layer when its blob and the blobs below it are stored, and
/// commits it after the layer below it. If another task is unpacking the same layer, it waits for that.
final class LayerUnpacker: Sendable {
  /// A layer's blob in the content store, and the digest of its uncompressed archive.
  struct Layer: Sendable {
    let blob: Digest
    let size: Int64
    let diffID: Digest
    /// The blob was just stored, and its DiffID is not verified yet.
    var isNew: Bool
  }

  private let database: ImageDatabase
  private let unpackLimiter: UnpackLimiter
  private let layers: [Layer]
  private let chainIDs: [Digest]
  private let storedBlobs: [OneShot<Void, CancellationError>]
  private let committedLayers: [OneShot<Void, CancellationError>]
  private let failure = Mutex<(any Error)?>(nil)

  /// - Precondition: the image's content is leased.
  init(_ layers: [Layer], chainIDs: [Digest], database: ImageDatabase, unpackLimiter: UnpackLimiter) {
    self.layers = layers
    self.chainIDs = chainIDs
    self.database = database
    self.unpackLimiter = unpackLimiter
    storedBlobs = layers.map { _ in OneShot() }
    committedLayers = layers.map { _ in OneShot() }
  }

  /// The content store now has a layer's blob.
  func blobIsStored(_ index: Int) { storedBlobs[index].succeed() }

  /// Unpacks some of the layers; the store has all others. Returns after all of them are committed.
  ///
  /// - Parameters:
  ///   - progress: makes a layer's progress handler, which receives the number of bytes of each read on another thread.
  ///   - done: receives the index of each newly committed layer, from the bottom up.
  func unpack(
    _ indices: [Int], progress: @escaping @Sendable (Int) -> (Int) -> Void = { _ in { _ in } },
    done: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws {
    for index in Set(layers.indices).subtracting(indices) {
      storedBlobs[index].succeed()
      committedLayers[index].succeed()
    }
    do {
      try await withTaskCancellationHandler {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for index in indices {
            group.addTask {
              do {
                try await self.unpackAndCommit(index, progress, done)
              } catch {
                self.fail(error)
                throw error
              }
            }
          }
          // `waitForAll` would not cancel the other tasks when one fails.
          while try await group.next() != nil {}
        }
      } onCancel: {
        fail(CancellationError())
      }
    } catch {
      // The first error, not the cancellation of the other tasks that it caused.
      throw failure.withLock { $0 } ?? error
    }
  }

  private func fail(_ error: any Error) {
    failure.withLock { $0 = $0 ?? error }
    for latch in storedBlobs + committedLayers { latch.fail(CancellationError()) }
  }

  private func unpackAndCommit(
    _ index: Int, _ progress: @escaping @Sendable (Int) -> (Int) -> Void, _ done: @Sendable (Int) -> Void
  ) async throws {
    // Wait for the blobs below as well: a task that holds the lock must wait only for work on this host, not for a
    // registry.
    for blob in storedBlobs[...index] { try await blob.value() }
    let (store, layer) = (database.layers, layers[index])
    let isHere = try await unpackLimiter.locks.withLock(chainIDs[index]) {
      let isHere = store.contains(chainIDs[index])
      if !isHere {
        let unpacked = try await unpack(index, progress)
        do {
          if index > 0 { try await committedLayers[index - 1].value() }
        } catch {
          try? await onDedicatedThread("unpacking") { try store.discard(unpacked) }
          throw error
        }
        let chainIDs = Array(chainIDs[...index])
        try await onDedicatedThread("unpacking") { try store.commit(unpacked, as: chainIDs) }
      } else if layer.isNew, layer.blob != layer.diffID {
        let path = database.content.path(layer.blob)
        try await unpackLimiter.run("verifying") {
          try Self.verify(
            DigestingSource(try DecompressingSource(DescriptorSource(path: path), limit: store.limits.bytes)).finish(),
            layer, index)
        }
      }
      return isHere
    }
    if !isHere { done(index) }
    committedLayers[index].succeed()
  }

  private func unpack(_ index: Int, _ progress: @escaping @Sendable (Int) -> (Int) -> Void) async throws
    -> LayerStore.UnpackedLayer
  {
    let (store, layer, path) = (database.layers, layers[index], database.content.path(layers[index].blob))
    return try await unpackLimiter.run("unpacking") {
      LibarchiveReader.useUTF8OnThisThread()
      let unpacked = try store.unpack(
        ProgressSource(try DescriptorSource(path: path), progress(index)),
        known: layer.blob == layer.diffID ? layer.diffID : nil)
      do {
        try Self.verify(unpacked.diffID, layer, index)
      } catch {
        try? store.discard(unpacked)
        throw error
      }
      return unpacked
    }
  }

  private static func verify(_ actual: Digest, _ layer: Layer, _ index: Int) throws {
    guard actual == layer.diffID else {
      throw EngineError(
        .invalidParameter, "invalid diffID for layer \(index): expected \"\(layer.diffID)\", got \"\(actual)\"")
    }
  }
}
