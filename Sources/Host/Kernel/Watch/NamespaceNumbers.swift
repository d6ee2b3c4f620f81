import CNetlink
import Glibc
import Synchronization

/// Which sandbox is meant by a number: the kernel numbers the namespaces that one namespace knows of (ip-netns(8)), and
/// tells by number where something changed.
final class NamespaceNumbers: Sendable {
  private let names = Mutex<[Int32: String]>([:])

  subscript(number: Int32) -> String? { names.withLock { $0[number] } }

  /// Learns a sandbox's number in the namespace of a socket; the kernel gives it one if it has none.
  ///
  /// - Parameter descriptor: of the sandbox's namespace.
  func learn(_ name: String, descriptor: Int32, by socket: NetlinkSocket) throws(SystemCallError) {
    let number: Int32
    if let known = try Self.number(descriptor, socket) {
      number = known
    } else {
      do throws(SystemCallError) {
        try socket.perform(.numberNamespace(descriptor))
      } catch {
        // Another request made the kernel number it in between.
        guard error.errno == EEXIST else { throw error }
      }
      guard let given = try Self.number(descriptor, socket) else { return }
      number = given
    }
    names.withLock { $0[number] = name }
  }

  private static func number(_ descriptor: Int32, _ socket: NetlinkSocket) throws(SystemCallError) -> Int32? {
    let number = try socket.get(.namespaceNumber(descriptor)) { reply in
      reply.attributes(after: rtgenmsg.self).value(Int(NETNSA_NSID), as: Int32.self) ?? -1
    }
    return number >= 0 ? number : nil
  }
}

extension NetlinkRequest {
  static func namespaceNumber(_ descriptor: Int32) -> NetlinkRequest {
    var request = NetlinkRequest(RTM_GETNSID, subject: "network namespace", header: rtgenmsg())
    request.attribute(Int(NETNSA_FD), UInt32(bitPattern: descriptor))
    return request
  }

  /// Has the kernel choose a number.
  static func numberNamespace(_ descriptor: Int32) -> NetlinkRequest {
    var request = NetlinkRequest(RTM_NEWNSID, subject: "network namespace", header: rtgenmsg())
    request.attribute(Int(NETNSA_FD), UInt32(bitPattern: descriptor))
    request.attribute(Int(NETNSA_NSID), Int32(-1))
    return request
  }
}
