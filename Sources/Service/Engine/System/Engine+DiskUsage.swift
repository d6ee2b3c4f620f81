package import EngineModel
import Images

/// Disk usage (`GET /system/df`). Kinds that were not requested are `nil`.
package struct DiskUsage: Sendable {
  /// The kinds of objects that a client may request.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case container, image, volume
    case buildCache = "build-cache"
  }

  /// Bytes of all image layers, each counted once.
  package var layers: Int64 = 0
  package var images: [ImageView]?
  package var containers: [ContainerView]?
  package var volumes: [VolumeUsage]?
  package var buildCache: [BuildCacheLayer]?
}

package struct VolumeUsage: Sendable, Hashable {
  package var volume: Volume
  /// The number of containers that mount it, running or not.
  package var users: Int
  /// Bytes of its files.
  package var size: Int64
}

extension Engine {
  package func diskUsage(of kinds: Set<DiskUsage.Kind> = Set(DiskUsage.Kind.allCases)) async throws -> DiskUsage {
    var result = DiskUsage()
    if kinds.contains(.image) {
      let images = try imageStore().images
      let sizes = LayerSizes(images)
      result.layers = sizes.total
      result.images = images.map { image in
        var shown = view(image)
        shown.sharedSize = sizes.shared(by: image)
        return shown
      }
    }
    if kinds.contains(.container) {
      result.containers = try await containers(ContainerListRequest(all: true, withSizes: true))
    }
    if kinds.contains(.volume) {
      var volumes: [VolumeUsage] = []
      for volume in try self.volumes() {
        let size = try await TreeSize.bytes(below: volume.mountpoint)
        volumes.append(VolumeUsage(volume: volume, users: state.users(ofVolume: volume.name).count, size: size))
      }
      result.volumes = volumes
    }
    if kinds.contains(.buildCache) { result.buildCache = try await imageStore().buildCache() }
    return result
  }

  /// Emits the event of a prune.
  func emitPrune(_ kind: EngineEvent.Kind, reclaimed: Int64) { emit(kind, "prune", "", ["reclaimed": "\(reclaimed)"]) }
}

/// The layers of all images, and which of them are shared.
struct LayerSizes {
  private var users: [Digest: (count: Int, size: Int64)] = [:]

  init(_ images: [StoredImage]) {
    for image in images {
      for layer in image.layers { users[layer.chainID, default: (0, layer.size)].count += 1 }
    }
  }

  /// Bytes; each layer counts once.
  var total: Int64 { users.values.reduce(0) { $0 + $1.size } }

  /// Bytes of an image's layers that another image also has.
  func shared(by image: StoredImage) -> Int64 {
    image.layers.filter { users[$0.chainID]?.count ?? 0 > 1 }.reduce(0) { $0 + $1.size }
  }
}
