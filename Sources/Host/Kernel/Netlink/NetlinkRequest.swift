import CNetlink

/// An encoded netlink request (netlink(7)): type, flags, fixed header and attributes.
struct NetlinkRequest: Hashable, Sendable {
  let type: UInt16
  let flags: UInt16
  /// The object of the request, for errors: a link name, a route.
  let subject: String
  /// Fixed header and attributes, padded to four bytes.
  private(set) var body: [UInt8] = []

  /// - Parameters:
  ///   - type: `RTM_NEWLINK` …
  ///   - flags: in addition to `NLM_F_REQUEST`, which is always set.
  ///   - header: the fixed header of the type, such as `ifinfomsg`.
  init(_ type: Int, flags: Int32 = 0, subject: String, header: some BitwiseCopyable) {
    self.type = UInt16(type)
    self.flags = UInt16(NLM_F_REQUEST | flags)
    self.subject = subject
    append(header)
  }

  mutating func append(_ value: some BitwiseCopyable) {
    withUnsafeBytes(of: value) { body.append(contentsOf: $0) }
    pad()
  }

  mutating func attribute(_ type: Int, bytes: some Collection<UInt8>) {
    let length = UInt16(4 + bytes.count)
    withUnsafeBytes(of: length) { body.append(contentsOf: $0) }
    withUnsafeBytes(of: UInt16(type)) { body.append(contentsOf: $0) }
    body.append(contentsOf: bytes)
    pad()
  }

  mutating func attribute<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Int, _ value: Value) {
    withUnsafeBytes(of: value) { attribute(type, bytes: $0) }
  }

  /// A string attribute, NUL-terminated as the kernel requires.
  mutating func attribute(_ type: Int, text: String) {
    attribute(type, bytes: Array(text.utf8) + [0])
  }

  /// Nested attributes.
  ///
  /// - Parameter isFlagged: sets `NLA_F_NESTED`, which newer kernel interfaces require and older ones ignore.
  mutating func nest(
    _ type: Int, isFlagged: Bool = true, _ fill: (inout NetlinkRequest) -> Void
  ) {
    let start = body.count
    attribute(type | (isFlagged ? Int(NLA_F_NESTED) : 0), bytes: [])
    fill(&self)
    let length = UInt16(body.count - start)
    withUnsafeBytes(of: length) { bytes in
      body[start] = bytes[0]
      body[start + 1] = bytes[1]
    }
  }

  private mutating func pad() {
    while body.count % 4 != 0 { body.append(0) }
  }

  /// The whole message with its netlink header.
  func bytes(sequence: UInt32, extraFlags: Int32 = 0) -> [UInt8] {
    let header = nlmsghdr(
      nlmsg_len: UInt32(MemoryLayout<nlmsghdr>.size + body.count), nlmsg_type: type,
      nlmsg_flags: flags | UInt16(extraFlags), nlmsg_seq: sequence, nlmsg_pid: 0)
    return withUnsafeBytes(of: header) { Array($0) } + body
  }

  /// The name of the request type, for errors.
  var call: String {
    switch Int(type) {
    case RTM_NEWLINK: "RTM_NEWLINK"
    case RTM_SETLINK: "RTM_SETLINK"
    case RTM_DELLINK: "RTM_DELLINK"
    case RTM_GETLINK: "RTM_GETLINK"
    case RTM_NEWADDR: "RTM_NEWADDR"
    case RTM_DELADDR: "RTM_DELADDR"
    case RTM_GETADDR: "RTM_GETADDR"
    case RTM_NEWROUTE: "RTM_NEWROUTE"
    case RTM_DELROUTE: "RTM_DELROUTE"
    case RTM_GETROUTE: "RTM_GETROUTE"
    case RTM_NEWNEIGH: "RTM_NEWNEIGH"
    case RTM_DELNEIGH: "RTM_DELNEIGH"
    case RTM_GETNEIGH: "RTM_GETNEIGH"
    case RTM_NEWNSID: "RTM_NEWNSID"
    case RTM_GETNSID: "RTM_GETNSID"
    case Self.connectionsGet: "IPCTNL_MSG_CT_GET"
    case Self.connectionsDelete: "IPCTNL_MSG_CT_DELETE"
    case Int(SOCK_DIAG_BY_FAMILY): "SOCK_DIAG_BY_FAMILY"
    default: "netlink request \(type)"
    }
  }
}
