import Addressing
import CNetlink
import Glibc
import NetworkPlan

extension NetlinkRequest {
  enum FDBAction: Sendable {
    case add
    case delete
  }

  /// A permanent FDB entry of a VXLAN link (`bridge fdb … self permanent`). The all-zero MAC may have many entries, any
  /// other MAC only one.
  static func fdbEntry(_ action: FDBAction, _ entry: FDBEntry, link: UInt32) -> NetlinkRequest {
    var header = ndmsg()
    header.ndm_family = UInt8(AF_BRIDGE)
    header.ndm_ifindex = Int32(bitPattern: link)
    header.ndm_state = UInt16(NUD_PERMANENT)
    header.ndm_flags = UInt8(NTF_SELF)
    let flags = NLM_F_CREATE | (entry.mac == FDBEntry.everybody ? NLM_F_APPEND : NLM_F_EXCL)
    var request = NetlinkRequest(
      action == .add ? RTM_NEWNEIGH : RTM_DELNEIGH, flags: action == .add ? flags : 0,
      subject: "\(entry.mac) dev \(entry.link.name) dst \(entry.remote)", header: header)
    request.attribute(Int(NDA_LLADDR), bytes: entry.mac.octets)
    request.attribute(Int(NDA_DST), bytes: entry.remote.octets)
    return request
  }

  /// The FDB of one link and, if it is a bridge port, the bridge's entries for it.
  static func listFDB(of link: UInt32) -> NetlinkRequest {
    var header = ndmsg()
    header.ndm_family = UInt8(AF_BRIDGE)
    header.ndm_ifindex = Int32(bitPattern: link)
    return NetlinkRequest(RTM_GETNEIGH, subject: "FDB", header: header)
  }
}

/// An FDB entry of a VXLAN link, as the kernel reports it.
struct ObservedFDBEntry: Hashable, Sendable {
  let linkIndex: UInt32
  let mac: MACAddress
  let remote: IPAddress

  /// `nil` for entries of other tables and for entries that expire.
  init?(_ reply: NetlinkReply) {
    guard Int(reply.header.nlmsg_type) == RTM_NEWNEIGH else { return nil }
    let header = reply.fixed(ndmsg())
    let attributes = reply.attributes(after: ndmsg.self)
    guard header.ndm_family == UInt8(AF_BRIDGE), header.ndm_state & UInt16(NUD_PERMANENT) != 0,
      header.ndm_flags & UInt8(NTF_SELF) != 0,
      let mac = attributes.payload(Int(NDA_LLADDR)).flatMap({ MACAddress(octets: $0) }),
      let remote = attributes.payload(Int(NDA_DST)).flatMap({ IPAddress(octets: $0) })
    else { return nil }
    linkIndex = UInt32(bitPattern: header.ndm_ifindex)
    self.mac = mac
    self.remote = remote
  }
}

extension NetlinkSocket {
  func fdbEntries(of link: UInt32) throws(SystemCallError) -> [ObservedFDBEntry] {
    try dump(.listFDB(of: link)) { ObservedFDBEntry($0) }.filter { $0.linkIndex == link }
  }
}
