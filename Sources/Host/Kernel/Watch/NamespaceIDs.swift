import CNetlink
import Glibc
import Synchronization

/// Maps the kernel's namespace ids to sandbox names. The kernel gives an id to each peer namespace (ip-netns(8)), and
/// notifications carry that id.
final class NamespaceIDs: Sendable {
  private let names = Mutex<[Int32: String]>([:])

  subscript(id: Int32) -> String? { names.withLock { $0[id] } }

  /// Records a sandbox's id, as seen from the socket's namespace. Assigns one if there is none.
  ///
  /// - Parameter descriptor: the sandbox's namespace.
  func register(_ name: String, descriptor: Int32, by socket: NetlinkSocket) throws(SystemCallError) {
    let id: Int32
    if let known = try Self.lookUp(descriptor, socket) {
      id = known
    } else {
      do throws(SystemCallError) {
        try socket.perform(.assignNamespaceID(descriptor))
      } catch {
        // The kernel assigned an id in between.
        guard error.errno == EEXIST else { throw error }
      }
      guard let given = try Self.lookUp(descriptor, socket) else { return }
      id = given
    }
    names.withLock { $0[id] = name }
  }

  private static func lookUp(_ descriptor: Int32, _ socket: NetlinkSocket) throws(SystemCallError) -> Int32? {
    let id = try socket.get(.getNamespaceID(descriptor)) { reply in
      reply.attributes(after: rtgenmsg.self).value(Int(NETNSA_NSID), as: Int32.self) ?? -1
    }
    return id >= 0 ? id : nil
  }
}

extension NetlinkRequest {
  static func getNamespaceID(_ descriptor: Int32) -> NetlinkRequest {
    var request = NetlinkRequest(RTM_GETNSID, subject: "network namespace", header: rtgenmsg())
    request.attribute(Int(NETNSA_FD), UInt32(bitPattern: descriptor))
    return request
  }

  /// `-1` lets the kernel choose the id.
  static func assignNamespaceID(_ descriptor: Int32) -> NetlinkRequest {
    var request = NetlinkRequest(RTM_NEWNSID, subject: "network namespace", header: rtgenmsg())
    request.attribute(Int(NETNSA_FD), UInt32(bitPattern: descriptor))
    request.attribute(Int(NETNSA_NSID), Int32(-1))
    return request
  }
}
