import Coordination
import EngineModel
import Kernel
import Synchronization

/// Downloads the missing layers of an image, several at once, and unpacks each one when it and the layers below it have
/// arrived.
struct LayerPuller: Sendable {
  let pull: ImagePull
  let configuration: ImageConfiguration
  let database: ImageDatabase
  let unpackLimiter: UnpackLimiter
  let settings: RegistrySettings
  let report: TransferEventHandler

  /// - Precondition: the image's content is leased.
  func run() async throws {
    let blobs = pull.manifest.layers
    for (index, blob) in blobs.enumerated() {
      report(TransferEvent(isUnpacked(index) ? "Already exists" : "Pulling fs layer", blob.digest.short))
    }
    let missing = blobs.indices.filter { !isUnpacked($0) || !isStored(blobs[$0]) }
    guard !missing.isEmpty else { return }
    let staging = try StagingFolder(in: database.content.ingestPath, limits: database.layers.limits)
    let folder = staging.folder
    for index in missing.dropFirst(settings.parallelDownloads) {
      report(TransferEvent("Waiting", blobs[index].digest.short))
    }
    let queue = IndexQueue(missing)
    let fetches = Set(missing.filter { !isStored(blobs[$0]) })
    let unpacker = LayerUnpacker(
      blobs.indices.map { index in
        LayerUnpacker.Layer(
          blob: blobs[index].digest, size: blobs[index].size, diffID: configuration.diffIDs[index],
          isNew: fetches.contains(index))
      }, chainIDs: configuration.chainIDs, database: database, unpackLimiter: unpackLimiter)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<max(1, min(settings.parallelDownloads, fetches.count)) {
        group.addTask {
          try await download(into: folder, unpacker, queue)
        }
      }
      group.addTask {
        try await unpacker.unpack(missing) { index in
          var progress = ThrottledProgress("Extracting", blobs[index].digest.short, total: blobs[index].size, report)
          return { progress.add($0) }
        } done: { index in
          report(TransferEvent("Pull complete", blobs[index].digest.short))
        }
      }
      // `waitForAll` would not cancel the other tasks when one fails.
      while try await group.next() != nil {}
    }
    withExtendedLifetime(staging) {}
  }

  private func isStored(_ blob: OCIDescriptor) -> Bool { database.content.size(blob.digest) == blob.size }

  private func isUnpacked(_ index: Int) -> Bool { database.layers.contains(configuration.chainIDs[index]) }

  // MARK: Fetching

  /// Downloads layers from the queue. One skopeo process serves until an error; it starts only when something must be
  /// downloaded.
  private func download(
    into folder: String, _ unpacker: LayerUnpacker, _ queue: IndexQueue
  ) async throws {
    var current = queue.next()
    var attempts = 1
    while let index = current {
      do {
        if !isStored(pull.manifest.layers[index]) {
          try await SkopeoImageProxy.with(pull.session, pull.exact) { proxy, image in
            while let index = current {
              try await download(index, into: folder, proxy, image)
              unpacker.blobIsStored(index)
              attempts = 1
              current = queue.next()
            }
          }
        } else {
          unpacker.blobIsStored(index)
          current = queue.next()
        }
      } catch let error as EngineError {
        guard attempts < settings.downloadAttempts, RegistryError.isTransient(error), let current else { throw error }
        let delay = attempts * Self.retryDelay
        attempts += 1
        report(
          TransferEvent(
            "Retrying in \(delay) second\(delay == 1 ? "" : "s")", pull.manifest.layers[current].digest.short))
        try await Task.sleep(for: .seconds(delay))
      }
    }
  }

  /// Seconds before the second attempt. Each further attempt waits this much longer.
  private static let retryDelay = 1

  private func download(_ index: Int, into folder: String, _ proxy: SkopeoImageProxy, _ image: SkopeoImageProxy.Image)
    async throws
  {
    let blob = pull.manifest.layers[index]
    let id = blob.digest.short
    try await unpackLimiter.locks.withLock(blob.digest) {
      try Task.checkCancellation()
      // Another pull, or an equal layer of this image, may have stored it meanwhile.
      if !isStored(blob) {
        // Leftovers of an earlier attempt disappear with the folder.
        let path = "\(folder)/\(index)-\(ContainerID.random().short)"
        let progress = SharedProgress(ThrottledProgress("Downloading", id, total: blob.size, report))
        try await proxy.fetch(blob, of: image, to: path) { progress.add($0) }
        report(TransferEvent("Verifying Checksum", id))
        try database.content.adopt(path, as: blob.digest)
      }
      report(TransferEvent("Download complete", id))
    }
  }
}

/// A queue of indices for several workers.
private final class IndexQueue: Sendable {
  private let rest: Mutex<ArraySlice<Int>>

  init(_ indices: [Int]) {
    rest = Mutex(indices[...])
  }

  func next() -> Int? { rest.withLock { $0.popFirst() } }
}

/// Progress that another thread updates.
private final class SharedProgress: Sendable {
  private let report: Mutex<ThrottledProgress>

  init(_ report: ThrottledProgress) {
    self.report = Mutex(report)
  }

  func add(_ bytes: Int) { report.withLock { $0.add(bytes) } }
}
