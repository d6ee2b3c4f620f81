import JSON
import Synchronization

extension OCISpecification {
  private static let filters = Mutex<[Seccomp: [UInt8]]>([:])

  /// The `config.json` for one runtime. crun accepts a compiled filter (crun(1), `run.oci.seccomp_bpf_data`). The
  /// uncompiled filter stays in the document for a crun that does not know the annotation.
  func json(for runtime: OCIRuntime.Kind) throws -> [UInt8] {
    guard runtime == .crun else { return try json() }
    var specification = self
    let key = "run.oci.seccomp_bpf_data"
    if annotations?[key] == nil, let filter = linux.seccomp, let program = try SeccompProgram.base64(filter) {
      specification.annotations = (annotations ?? [:]).merging([key: program]) { _, new in new }
    }
    // A new group has no limit. crun would write -1, which the kernel refuses.
    if let limit = linux.resources?.pids?.limit, limit < 0 { specification.linux.resources?.pids = nil }
    return try specification.json()
  }

  /// The `config.json`.
  ///
  /// The seccomp filter is by far the largest part and is the same for most containers. Its cached text is inserted,
  /// which makes encoding about ten times faster.
  package func json() throws -> [UInt8] {
    var rest = self
    rest.linux.seccomp = nil
    var bytes = try JSONEncoding.bytes(rest)
    if let filter = linux.seccomp {
      let text = try Self.text(of: filter)
      // Quotation marks inside JSON strings are escaped, so this can only be the key.
      if let position = bytes.firstRange(of: Array("\"linux\":{".utf8))?.upperBound {
        bytes.insert(contentsOf: Array("\"seccomp\":".utf8) + text + [UInt8(ascii: ",")], at: position)
      }
    }
    return bytes
  }

  private static func text(of filter: Seccomp) throws -> [UInt8] {
    if let known = filters.withLock({ $0[filter] }) { return known }
    let text = try JSONEncoding.bytes(filter)
    filters.withLock { filters in
      if filters.count >= 32 { filters.removeAll() }
      filters[filter] = text
    }
    return text
  }
}
