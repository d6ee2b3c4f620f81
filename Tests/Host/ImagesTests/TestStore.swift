import TestHosts
import EngineModel
import Glibc
import Kernel
import TestHosts

@testable import Images

/// Makes a store in its own folder on a tmpfs: the host's file system may itself be an overlay, which cannot be the
/// lower layer of a container's root file system.
func withStore<T>(
  limits: ArchiveLimits = ArchiveLimits(), _ body: (ImageStore, String) async throws -> T
) async throws -> T {
  try await withScratchFolder { folder in
    mkdir("\(folder)/data", 0o700)
    try await onDedicatedThread("test") {
      try Mounts.mount(type: "tmpfs", source: "tmpfs", at: "\(folder)/data", options: "size=256m")
    }
    return try await body(try await ImageStore(dataRoot: "\(folder)/data", limits: limits), "\(folder)/data")
  }
}

/// A small root file system.
let rootArchive = TestArchive {
  $0.add("./", .folder, mode: 0o755)
  $0.add("bin/", .folder)
  $0.add("bin/sh", .file, "#!", mode: 0o755)
  $0.add("bin/ash", .hardLink, link: "bin/sh")
  $0.add("tmp/", .folder, mode: 0o1777)
}

/// An archive in the format of `docker save` with the given tags and layers.
func savedArchive(_ images: [(tags: [String], layers: [TestArchive], settings: String)]) -> TestArchive {
  TestArchive { archive in
    var manifest: [String] = []
    for (index, image) in images.enumerated() {
      let digests = image.layers.map { "\"\(Digest.of($0.finished))\"" }.joined(separator: ",")
      let configuration =
        #"{"architecture":"amd64","os":"linux","created":"2024-05-06T07:08:09.5Z","config":"#
        + "\(image.settings),\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\(digests)]}}"
      archive.add("config-\(index).json", .file, configuration)
      for (number, layer) in image.layers.enumerated() {
        archive.add(
          "\(index)-\(number)/layer.tar", .file, String(decoding: layer.finished, as: UTF8.self))
      }
      let layers = image.layers.indices.map { "\"\(index)-\($0)/layer.tar\"" }.joined(separator: ",")
      let tags = image.tags.map { "\"\($0)\"" }.joined(separator: ",")
      manifest.append(#"{"Config":"config-\#(index).json","RepoTags":[\#(tags)],"Layers":[\#(layers)]}"#)
    }
    archive.add("manifest.json", .file, "[\(manifest.joined(separator: ","))]")
  }
}

/// Collects reports from other threads.
actor Lines {
  private(set) var all: [String] = []
  func add(_ line: String) { all.append(line) }
}

let noUsers: @Sendable (Digest) -> [DependentContainer] = { _ in [] }
