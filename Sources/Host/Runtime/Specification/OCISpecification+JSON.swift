import FoundationEssentials
import Synchronization

extension OCISpecification {
  private static let filters = Mutex<[Seccomp: [UInt8]]>([:])

  /// As `config.json` of a container that a runtime will make. crun takes the filter as a program (crun(1),
  /// `run.oci.seccomp_bpf_data`); it is given the filter's words, too, should it not know that annotation.
  func json(for runtime: OCIRuntime.Kind) throws -> [UInt8] {
    guard runtime == .crun else { return try json() }
    var specification = self
    let key = "run.oci.seccomp_bpf_data"
    if annotations?[key] == nil, let filter = linux.seccomp, let program = try SeccompProgram.base64(filter) {
      specification.annotations = (annotations ?? [:]).merging([key: program]) { _, new in new }
    }
    // No limit is what a new group has; crun would write the number, which the kernel does not take.
    if let limit = linux.resources?.pids?.limit, limit < 0 { specification.linux.resources?.pids = nil }
    return try specification.json()
  }

  /// As `config.json`.
  ///
  /// The filter, by far the largest part, is the same for most containers: its text is kept and put into place, which
  /// takes the cost of writing a specification from milliseconds to tenths of one.
  public func json() throws -> [UInt8] {
    var rest = self
    rest.linux.seccomp = nil
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    var bytes = Array(try encoder.encode(rest))
    if let filter = linux.seccomp {
      let text = try Self.text(of: filter, encoder)
      // Inside a JSON string every quotation mark has a backslash before it, so this can only be the key.
      if let place = bytes.firstRange(of: Array("\"linux\":{".utf8))?.upperBound {
        bytes.insert(contentsOf: Array("\"seccomp\":".utf8) + text + [UInt8(ascii: ",")], at: place)
      }
    }
    return bytes
  }

  private static func text(of filter: Seccomp, _ encoder: JSONEncoder) throws -> [UInt8] {
    if let known = filters.withLock({ $0[filter] }) { return known }
    let text = Array(try encoder.encode(filter))
    filters.withLock { filters in
      if filters.count >= 32 { filters.removeAll() }
      filters[filter] = text
    }
    return text
  }
}
