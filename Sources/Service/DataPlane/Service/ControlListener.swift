import CLinux
import Glibc
import Kernel

/// The unix socket through which the data plane is commanded.
final class ControlListener {
  private let loop: EventLoop
  private let path: String
  private var acceptor: Acceptor?
  private var connections: [ObjectIdentifier: ControlConnection] = [:]

  /// Listens at a path, which is taken from whoever had it: the pidfile says who is the one.
  init(
    _ loop: EventLoop, _ path: String, answer: @escaping (ControlRequest) -> ControlReply
  ) throws(SystemCallError) {
    self.loop = loop
    self.path = path
    let socket = try Sockets.open(AF_UNIX, linux_SOCK_STREAM)
    // A name of its own first: a client shall find a socket that listens, or none.
    let temporary = path + ".new"
    unlink(temporary)
    // The file gets the socket's own mode; the process's umask is everybody's, and not changed.
    fchmod(socket.number, 0o600)
    let result = try UnixAddress(temporary).withSockaddr { bind(socket.number, $0, $1) }
    guard result == 0, listen(socket.number, 16) == 0, rename(temporary, path) == 0 else {
      throw SystemCallError.last("bind", path)
    }
    acceptor = try Acceptor(loop, socket) { [weak self] socket in
      guard let self else { return }
      let connection = try? ControlConnection(loop, socket, answer: answer) { [weak self] connection in
        self?.connections[ObjectIdentifier(connection)] = nil
      }
      if let connection { connections[ObjectIdentifier(connection)] = connection }
    }
  }

  func close() {
    acceptor?.close()
    unlink(path)
  }
}

/// An address of a unix socket.
struct UnixAddress {
  private var value = sockaddr_un()

  /// - Throws: errno `ENAMETOOLONG` for more than 107 octets.
  init(_ path: String) throws(SystemCallError) {
    value.sun_family = sa_family_t(AF_UNIX)
    guard path.utf8.count < MemoryLayout.size(ofValue: value.sun_path) else {
      throw SystemCallError(errno: ENAMETOOLONG, call: "bind", subject: path)
    }
    withUnsafeMutableBytes(of: &value.sun_path) { $0.copyBytes(from: path.utf8) }
  }

  func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    withUnsafePointer(to: value) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
  }
}
