import Coordination
import EngineModel
import Glibc
import Kernel
import Synchronization

/// Takes the layers of one image in: each is unpacked, beside others, once its archive and those beneath it are there, and
/// gets its name when those have theirs. A layer that somebody else is unpacking is waited for.
final class LayerStack: Sendable {
  /// The archive of a layer in the content store, and the digest of what it is when it is plain.
  struct Layer: Sendable {
    let archive: Digest
    let size: Int64
    let digest: Digest
    /// The archive came just now, and nobody has looked into it.
    var isNew: Bool
  }

  private let catalogue: ImageIndex
  private let pace: UnpackingPace
  private let layers: [Layer]
  private let chain: [Digest]
  private let archives: [OneShot<Void, CancellationError>]
  private let names: [OneShot<Void, CancellationError>]
  private let failure = Mutex<(any Error)?>(nil)

  /// - Precondition: what the image needs is leased.
  init(_ layers: [Layer], chain: [Digest], catalogue: ImageIndex, pace: UnpackingPace) {
    self.layers = layers
    self.chain = chain
    self.catalogue = catalogue
    self.pace = pace
    archives = layers.map { _ in OneShot() }
    names = layers.map { _ in OneShot() }
  }

  /// The archive of a layer is in the content store.
  func arrived(_ index: Int) { archives[index].succeed() }

  /// Takes some of the layers in; all others are there. Returns when they have their names.
  ///
  /// - Parameters:
  ///   - progress: makes, for a layer, what is told how many bytes of its archive were read, on another thread.
  ///   - done: is told of each layer that was not there, from the bottom up.
  func take(
    _ indices: [Int], progress: @escaping @Sendable (Int) -> (Int) -> Void = { _ in { _ in } },
    done: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws {
    for index in Set(layers.indices).subtracting(indices) {
      archives[index].succeed()
      names[index].succeed()
    }
    do {
      try await withTaskCancellationHandler {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for index in indices {
            group.addTask {
              do {
                try await self.take(index, progress, done)
              } catch {
                self.giveUp(error)
                throw error
              }
            }
          }
          // Not `waitForAll`, which would not cancel the others when one fails.
          while try await group.next() != nil {}
        }
      } onCancel: {
        giveUp(CancellationError())
      }
    } catch {
      // What went wrong first, not that the others were called off.
      throw failure.withLock { $0 } ?? error
    }
  }

  private func giveUp(_ error: any Error) {
    failure.withLock { $0 = $0 ?? error }
    for step in archives + names { step.fail(CancellationError()) }
  }

  private func take(
    _ index: Int, _ progress: @escaping @Sendable (Int) -> (Int) -> Void, _ done: @Sendable (Int) -> Void
  ) async throws {
    // Those beneath as well: whoever else wants this layer shall wait for work on this host only, not for a registry.
    for archive in archives[...index] { try await archive.value() }
    let (store, layer) = (catalogue.layers, layers[index])
    let isHere = try await pace.layerLocks.withLock(chain[index]) {
      let isHere = store.contains(chain[index])
      if !isHere {
        let unpacked = try await unpack(index, progress)
        do {
          if index > 0 { try await names[index - 1].value() }
        } catch {
          try? await onDedicatedThread("unpacking") { try store.discard(unpacked) }
          throw error
        }
        let chain = Array(chain[...index])
        try await onDedicatedThread("unpacking") { try store.keep(unpacked, as: chain) }
      } else if layer.isNew, layer.archive != layer.digest {
        let path = catalogue.content.path(layer.archive)
        try await pace.inTurn("verifying") {
          try Self.verify(
            DigestingSource(try DecompressingSource(DescriptorSource(path: path), limit: store.limits.bytes)).finish(),
            layer, index)
        }
      }
      return isHere
    }
    if !isHere { done(index) }
    names[index].succeed()
  }

  private func unpack(_ index: Int, _ progress: @escaping @Sendable (Int) -> (Int) -> Void) async throws
    -> LayerStore.Unpacked
  {
    let (store, layer, path) = (catalogue.layers, layers[index], catalogue.content.path(layers[index].archive))
    return try await pace.inTurn("unpacking") {
      ArchiveHandle.useUTF8OnThisThread()
      let unpacked = try store.unpack(
        ObservedSource(try DescriptorSource(path: path), progress(index)),
        known: layer.archive == layer.digest ? layer.digest : nil)
      do {
        try Self.verify(unpacked.digest, layer, index)
      } catch {
        try? store.discard(unpacked)
        throw error
      }
      return unpacked
    }
  }

  private static func verify(_ actual: Digest, _ layer: Layer, _ index: Int) throws {
    guard actual == layer.digest else {
      throw EngineError(
        .invalidParameter, "invalid diffID for layer \(index): expected \"\(layer.digest)\", got \"\(actual)\"")
    }
  }
}

/// How many layers one engine unpacks at once: one for each processor, and each of them once.
final class UnpackingPace: Sendable {
  /// Layers that are being unpacked.
  let layerLocks: KeyedLock<Digest>
  private let slots: Mutex<(free: Int, waiting: [CheckedContinuation<Void, Never>])>

  init(layerLocks: KeyedLock<Digest>, slots count: Int = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) {
    self.layerLocks = layerLocks
    slots = Mutex((count, []))
  }

  /// Does what blocks on a thread of its own, once a processor is free for it. Those who wait have their turn in the
  /// order in which they came.
  func inTurn<Result: Sendable>(
    _ name: StaticString, _ body: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    await withCheckedContinuation { continuation in
      let isFree = slots.withLock { slots in
        guard slots.free > 0 else {
          slots.waiting.append(continuation)
          return false
        }
        slots.free -= 1
        return true
      }
      if isFree { continuation.resume() }
    }
    defer {
      let next: CheckedContinuation<Void, Never>? = slots.withLock { slots in
        guard slots.waiting.isEmpty else { return slots.waiting.removeFirst() }
        slots.free += 1
        return nil
      }
      next?.resume()
    }
    try Task.checkCancellation()
    return try await onDedicatedThread(name, body)
  }
}
