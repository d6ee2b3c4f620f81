import Coordination
import EngineModel
import Kernel
import Synchronization

/// Fetches the layers of an image, some at once, and unpacks each as soon as it and those beneath it are there.
struct LayerArrivals: Sendable {
  let pull: ImagePull
  let configuration: ImageConfiguration
  let catalogue: ImageIndex
  let pace: UnpackingPace
  let settings: RegistrySettings
  let report: TransferReport

  /// - Precondition: what the image needs is leased.
  func run() async throws {
    let blobs = pull.parts.layers
    for (index, blob) in blobs.enumerated() {
      report(TransferEvent(isUnpacked(index) ? "Already exists" : "Pulling fs layer", blob.digest.short))
    }
    let missing = blobs.indices.filter { !isUnpacked($0) || !isHere(blobs[$0]) }
    guard !missing.isEmpty else { return }
    let spool = try ArchiveSpool(in: catalogue.content.ingestPath, limits: catalogue.layers.limits)
    let folder = spool.folder
    for index in missing.dropFirst(settings.parallelDownloads) {
      report(TransferEvent("Waiting", blobs[index].digest.short))
    }
    let queue = IndexQueue(missing)
    let fetches = Set(missing.filter { !isHere(blobs[$0]) })
    let stack = LayerStack(
      blobs.indices.map { index in
        LayerStack.Layer(
          archive: blobs[index].digest, size: blobs[index].size, digest: configuration.layers[index],
          isNew: fetches.contains(index))
      }, chain: configuration.chain, catalogue: catalogue, pace: pace)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<max(1, min(settings.parallelDownloads, fetches.count)) {
        group.addTask {
          try await fetch(into: folder, stack, queue)
        }
      }
      group.addTask {
        try await stack.take(missing) { index in
          var paced = PacedReport("Extracting", blobs[index].digest.short, total: blobs[index].size, report)
          return { paced.add($0) }
        } done: { index in
          report(TransferEvent("Pull complete", blobs[index].digest.short))
        }
      }
      // Not `waitForAll`, which would not cancel the others when one fails.
      while try await group.next() != nil {}
    }
    withExtendedLifetime(spool) {}
  }

  private func isHere(_ blob: OCIDescriptor) -> Bool { catalogue.content.size(blob.digest) == blob.size }

  private func isUnpacked(_ index: Int) -> Bool { catalogue.layers.contains(configuration.chain[index]) }

  // MARK: Fetching

  /// Works off the queue, with one skopeo as long as nothing goes wrong, which is started only when something is to be
  /// fetched.
  private func fetch(
    into folder: String, _ stack: LayerStack, _ queue: IndexQueue
  ) async throws {
    var current = queue.next()
    var attempts = 1
    while let index = current {
      do {
        if !isHere(pull.parts.layers[index]) {
          try await BlobProxy.with(pull.session, pull.exact) { proxy, image in
            while let index = current {
              try await fetch(index, into: folder, proxy, image)
              stack.arrived(index)
              attempts = 1
              current = queue.next()
            }
          }
        } else {
          stack.arrived(index)
          current = queue.next()
        }
      } catch let error as EngineError {
        guard attempts < settings.downloadAttempts, RegistryError.mayPass(error), let current else { throw error }
        let pause = attempts * Self.pause
        attempts += 1
        report(
          TransferEvent(
            "Retrying in \(pause) second\(pause == 1 ? "" : "s")", pull.parts.layers[current].digest.short))
        try await Task.sleep(for: .seconds(pause))
      }
    }
  }

  /// Seconds before the second attempt; before each further one so much more.
  private static let pause = 1

  private func fetch(_ index: Int, into folder: String, _ proxy: BlobProxy, _ image: BlobProxy.Image) async throws {
    let blob = pull.parts.layers[index]
    let id = blob.digest.short
    try await pace.layerLocks.withLock(blob.digest) {
      try Task.checkCancellation()
      // Somebody else, or a layer beneath that is the same, may have brought it meanwhile.
      if !isHere(blob) {
        // What an attempt before has left goes with the folder.
        let path = "\(folder)/\(index)-\(ContainerID.random().short)"
        let paced = SharedReport(PacedReport("Downloading", id, total: blob.size, report))
        try await proxy.fetch(blob, of: image, to: path) { paced.add($0) }
        report(TransferEvent("Verifying Checksum", id))
        try catalogue.content.adopt(path, as: blob.digest)
      }
      report(TransferEvent("Download complete", id))
    }
  }
}

/// Indices that several workers take, each once.
private final class IndexQueue: Sendable {
  private let rest: Mutex<ArraySlice<Int>>

  init(_ indices: [Int]) {
    rest = Mutex(indices[...])
  }

  func next() -> Int? { rest.withLock { $0.popFirst() } }
}

/// A report to which another thread adds.
private final class SharedReport: Sendable {
  private let report: Mutex<PacedReport>

  init(_ report: PacedReport) {
    self.report = Mutex(report)
  }

  func add(_ bytes: Int) { report.withLock { $0.add(bytes) } }
}
