import EngineModel

/// The meaning of a file name that begins with `.wh.` for the layers below (OCI image spec, "Whiteouts").
enum Whiteout: Hashable {
  /// Hides everything that lower layers have in this folder.
  case opaque
  /// Hides this name of the lower layers.
  case name([UInt8])
  /// AUFS metadata, without a meaning here.
  case aufsMetadata

  /// - Returns: `nil` for an ordinary name.
  init?(_ name: [UInt8]) throws(EngineError) {
    let prefix = Array(".wh.".utf8)
    guard name.starts(with: prefix) else { return nil }
    let rest = Array(name.dropFirst(prefix.count))
    if rest == Array(".wh..opq".utf8) {
      self = .opaque
    } else if rest.starts(with: prefix) {
      self = .aufsMetadata
    } else if rest.isEmpty || rest == [46] || rest == [46, 46] {
      throw EngineError(.invalidParameter, "invalid archive: whiteout of \"\(String(decoding: rest, as: UTF8.self))\"")
    } else {
      self = .name(rest)
    }
  }
}
