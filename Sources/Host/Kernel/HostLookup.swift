import CLinux
public import Addressing
import Glibc

/// Names as the host's own resolver knows them (getaddrinfo(3)).
public enum HostLookup {
  /// The addresses of a name, in the resolver's order; none when it has none. Blocks, for as long as name servers let it
  /// wait.
  public static func addresses(of name: String) -> [IPAddress] {
    var wish = addrinfo()
    // One answer for each address, not one for each kind of socket.
    wish.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(name, nil, &wish, &found) == 0 else { return [] }
    defer { if let found { freeaddrinfo(found) } }
    var addresses: [IPAddress] = []
    var next = found
    while let entry = next?.pointee {
      if let address = entry.ai_addr.flatMap(address) { addresses.append(address) }
      next = entry.ai_next
    }
    return addresses
  }

  private static func address(_ pointer: UnsafeMutablePointer<sockaddr>) -> IPAddress? {
    switch Int32(pointer.pointee.sa_family) {
    case AF_INET:
      UnsafeRawPointer(pointer).loadUnaligned(as: sockaddr_in.self).address
    case AF_INET6:
      UnsafeRawPointer(pointer).loadUnaligned(as: sockaddr_in6.self).address
    default: nil
    }
  }
}

extension sockaddr_in {
  fileprivate var address: IPAddress? { withUnsafeBytes(of: sin_addr) { IPAddress(octets: Array($0)) } }
}

extension sockaddr_in6 {
  fileprivate var address: IPAddress? { withUnsafeBytes(of: sin6_addr) { IPAddress(octets: Array($0)) } }
}
