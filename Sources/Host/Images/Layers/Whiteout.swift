import EngineModel

/// What a file name that begins with `.wh.` says about the layers beneath (OCI image spec, "Whiteouts").
enum Whiteout: Hashable {
  /// Nothing in this folder is from beneath.
  case opaque
  /// This name in the folder is not there any more.
  case name([UInt8])
  /// Left over from the file system that the format comes from; says nothing.
  case bookkeeping

  /// `nil` for an ordinary name.
  init?(_ name: [UInt8]) throws(EngineError) {
    let prefix = Array(".wh.".utf8)
    guard name.starts(with: prefix) else { return nil }
    let rest = Array(name.dropFirst(prefix.count))
    if rest == Array(".wh..opq".utf8) {
      self = .opaque
    } else if rest.starts(with: prefix) {
      self = .bookkeeping
    } else if rest.isEmpty || rest == [46] || rest == [46, 46] {
      throw EngineError(.invalidParameter, "invalid archive: whiteout of \"\(String(decoding: rest, as: UTF8.self))\"")
    } else {
      self = .name(rest)
    }
  }
}
