import Hashing
package import EngineModel

extension Digest {
  /// The digest of bytes in memory.
  package static func of(_ bytes: [UInt8]) -> Digest {
    Digest(bytes: SHA256.digest(bytes))
  }

  /// The ChainID of each layer, bottom first (OCI image spec, "Layer ChainID").
  package static func chainIDs(of diffIDs: [Digest]) -> [Digest] {
    var chain: [Digest] = []
    for diffID in diffIDs {
      guard let below = chain.last else {
        chain.append(diffID)
        continue
      }
      chain.append(.of(Array("\(below) \(diffID)".utf8)))
    }
    return chain
  }
}

extension SHA256 {
  /// ``finish()`` as the name of a blob.
  func finishDigest() -> Digest { Digest(bytes: finish()) }
}
