import CNetlink
import Nftables

/// Collects the notifications of one nftables transaction. The last one of a transaction names its author.
struct FirewallTransactionReader {
  private var parts: Set<FirewallChange.Part> = []

  /// The tables whose changes are reported.
  private static let tables = Set(KernelObserver.Tables.engine.host.map(\.reference))
    .union(KernelObserver.Tables.engine.sandbox.map(\.reference))

  /// - Returns: the transaction, when this was its last notification.
  mutating func add(_ reply: NetlinkReply) -> FirewallChange? {
    let attributes = reply.attributes(after: nfgenmsg.self)
    let message = Int(reply.header.nlmsg_type) & 0xFF
    switch message {
    case Int(NFT_MSG_NEWGEN.rawValue):
      let author = attributes.text(NFTA_GEN_PROC_NAME.rawValue) ?? ""
      defer { parts = [] }
      return FirewallChange(author: author, isOurs: author == KernelExecutor.threadName, parts: parts)
    case Int(NFT_MSG_NEWSETELEM.rawValue), Int(NFT_MSG_DELSETELEM.rawValue):
      guard let table = Self.table(reply, attributes),
        let set = attributes.text(NFTA_SET_ELEM_LIST_SET.rawValue)
      else { return nil }
      parts.insert(.elements(SetReference(table, set)))
    default:
      if let table = Self.table(reply, attributes) { parts.insert(.frame(table)) }
    }
    return nil
  }

  /// The engine's table that a message is about. Messages about chains, rules, sets and elements carry the table name
  /// in an attribute with the same number as messages about tables.
  private static func table(_ reply: NetlinkReply, _ attributes: NetlinkAttributes) -> TableReference? {
    let family: Table.Family
    switch reply.fixed(nfgenmsg()).nfgen_family {
    case UInt8(NFPROTO_INET): family = .inet
    case UInt8(NFPROTO_BRIDGE): family = .bridge
    default: return nil
    }
    guard let name = attributes.text(NFTA_TABLE_NAME.rawValue) else { return nil }
    let reference = TableReference(family: family, name: name)
    return tables.contains(reference) ? reference : nil
  }
}
