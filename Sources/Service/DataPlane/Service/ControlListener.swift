import CLinux
import Glibc
import Kernel

/// The Unix socket on which the data plane accepts requests.
final class ControlListener {
  private let loop: EventLoop
  private let path: String
  private var acceptor: Acceptor?
  private var connections: [ObjectIdentifier: ControlConnection] = [:]

  /// Listens at a path and replaces an existing socket: the pid file ensures that only one program runs.
  init(
    _ loop: EventLoop, _ path: String, answer: @escaping (ControlRequest) -> ControlReply
  ) throws(SystemCallError) {
    self.loop = loop
    self.path = path
    let socket = try Sockets.open(AF_UNIX, linux_SOCK_STREAM)
    // Binds to a temporary name first, so that clients find either a listening socket or none.
    let temporary = path + ".new"
    unlink(temporary)
    // The socket file inherits this mode. The umask belongs to the whole process and stays unchanged.
    fchmod(socket.number, 0o600)
    let result = try UnixSocketAddress(temporary).bind(socket.number)
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
