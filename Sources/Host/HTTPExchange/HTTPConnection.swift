package import Addressing
import CLinux
import Glibc
import Kernel
package import TransportSecurity

/// One connection to a server, for one request. It blocks its thread, but not past its deadline.
package struct HTTPConnection {
  package struct Deadline: Sendable {
    private let end: ContinuousClock.Instant

    package init(after limit: Duration) { end = .now + limit }

    /// The remaining milliseconds, at least one; `nil` after the deadline.
    var left: Int32? {
      let left = ContinuousClock.now.duration(to: end)
      guard left > .zero else { return nil }
      let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
      return Int32(clamping: max(1, milliseconds))
    }
  }

  package struct TimedOut: Error {}

  private let descriptor: OwnedDescriptor
  private var security: TLSStream?
  /// The deadline of the next operation.
  package var deadline: Deadline

  /// - Parameter tls: own certificate and trusted authorities; `nil`: plain HTTP.
  /// - Throws: ``SystemCallError``, ``TimedOut``, or ``TLSError``.
  package init(to address: ServerAddress, until deadline: Deadline, tls: TLSContext? = nil) throws {
    self.deadline = deadline
    let domain =
      switch address {
      case .unix: AF_UNIX
      case .tcp(let address, _): address.family == .ipv4 ? AF_INET : AF_INET6
      }
    let kind = linux_SOCK_STREAM | linux_SOCK_CLOEXEC | linux_SOCK_NONBLOCK
    descriptor = OwnedDescriptor(adopting: try checked("socket") { socket(domain, kind, 0) })
    try connect(to: address)
    if let tls { try secure(tls, address) }
  }

  private mutating func secure(_ tls: TLSContext, _ address: ServerAddress) throws {
    let name = if case .tcp(let host, _) = address { "\(host)" } else { "localhost" }
    let stream = try TLSStream(tls, serverName: name)
    while true {
      do throws(TLSError) {
        let isOver = try stream.shakeHands()
        try? sendRaw(stream.takeOutput())
        if isOver { break }
      } catch {
        // Send the TLS alert.
        try? sendRaw(stream.takeOutput())
        throw error
      }
      guard let bytes = try receiveRaw() else { throw SystemCallError(errno: ECONNRESET, call: "recv") }
      stream.feed(bytes)
    }
    security = stream
  }

  private func connect(to address: ServerAddress) throws {
    while true {
      let result = address.withSocketAddress { Glibc.connect(descriptor.number, $0, $1) }
      if result == 0 { return }
      switch errno {
      case EINTR: continue
      case EINPROGRESS:
        try wait(for: POLLOUT)
        var number: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        try checked("getsockopt") { getsockopt(descriptor.number, SOL_SOCKET, SO_ERROR, &number, &size) }
        guard number == 0 else { throw SystemCallError(errno: number, call: "connect", subject: "\(address)") }
        return
      case EAGAIN:
        // The backlog of the Unix socket is full.
        guard deadline.left != nil else { throw TimedOut() }
        usleep(20_000)
      default: throw SystemCallError.last("connect", "\(address)")
      }
    }
  }

  private func wait(for events: Int32) throws {
    while true {
      guard let left = deadline.left else { throw TimedOut() }
      var entry = pollfd(fd: descriptor.number, events: Int16(events), revents: 0)
      if try checked("poll", "", { poll(&entry, 1, left) }) > 0 { return }
    }
  }

  package func send(_ bytes: [UInt8]) throws {
    guard let security else { return try sendRaw(bytes) }
    try security.write(bytes)
    try sendRaw(security.takeOutput())
  }

  private func sendRaw(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count >= 0 {
        sent += count
      } else if errno == EAGAIN {
        try wait(for: POLLOUT)
      } else if errno != EINTR {
        throw SystemCallError.last("send")
      }
    }
  }

  /// Reads until the reader has the whole response.
  package func receive(into reader: inout HTTPResponseReader) throws {
    while !reader.isComplete { try receivePart(into: &reader) }
  }

  /// Reads the available bytes; waits if there are none.
  package func receivePart(into reader: inout HTTPResponseReader) throws {
    while true {
      guard let bytes = try receiveRaw() else { return try reader.end() }
      guard let security else { return try reader.append(bytes) }
      security.feed(bytes)
      guard let plain = try security.read() else { return try reader.end() }
      if !plain.isEmpty { return try reader.append(plain) }
    }
  }

  /// - Returns: `nil` when the peer closed its side.
  private func receiveRaw() throws -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 16 * 1024)
    while true {
      // Checked before each read, so that a server that sends single bytes cannot extend the deadline.
      guard deadline.left != nil else { throw TimedOut() }
      let count = recv(descriptor.number, &buffer, buffer.count, 0)
      if count > 0 { return Array(buffer.prefix(count)) }
      if count == 0 { return nil }
      if errno == EAGAIN {
        try wait(for: POLLIN)
      } else if errno != EINTR {
        throw SystemCallError.last("recv")
      }
    }
  }
}

extension ServerAddress {
  fileprivate func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    func pass<Address>(_ address: Address) -> Result {
      withUnsafePointer(to: address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<Address>.size)) }
      }
    }
    switch self {
    case .unix(let path):
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { target in
        // The parser of addresses refuses longer paths.
        target.copyBytes(from: path.utf8.prefix(target.count - 1))
      }
      return pass(address)
    case .tcp(.v4(let host), let port):
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      withUnsafeMutableBytes(of: &address.sin_addr) { $0.copyBytes(from: IPAddress.v4(host).octets) }
      return pass(address)
    case .tcp(.v6(let host), let port):
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = port.bigEndian
      withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: IPAddress.v6(host).octets) }
      return pass(address)
    }
  }
}
