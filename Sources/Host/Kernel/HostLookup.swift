import CLinux
package import Addressing
import Glibc

/// Resolves names with the host's own resolver (getaddrinfo(3)).
package enum HostLookup {
  /// The addresses of a name, in the resolver's order; empty when the name does not resolve. Blocks for as long as the
  /// resolver waits for name servers.
  package static func addresses(of name: String) -> [IPAddress] {
    var hints = addrinfo()
    // Without a socket type, getaddrinfo returns each address once for each type.
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(name, nil, &hints, &found) == 0 else { return [] }
    defer { if let found { freeaddrinfo(found) } }
    var addresses: [IPAddress] = []
    var next = found
    while let entry = next?.pointee {
      if let address = entry.ai_addr.flatMap({ SocketAddress(generic: $0)?.address }) { addresses.append(address) }
      next = entry.ai_next
    }
    return addresses
  }
}
