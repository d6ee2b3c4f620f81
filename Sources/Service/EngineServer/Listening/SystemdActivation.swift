internal import CLinux
internal import Glibc
internal import Kernel

/// systemd's interface to a service: passed sockets (sd_listen_fds(3)) and state notification (sd_notify(3)).
package enum SystemdActivation {
  /// The descriptors that were passed to this process, with close-on-exec set. The variables are removed from the
  /// environment, so that no child uses them.
  package static func takeSockets() -> [CInt] {
    defer {
      unsetenv("LISTEN_PID")
      unsetenv("LISTEN_FDS")
      unsetenv("LISTEN_FDNAMES")
    }
    guard let owner = getenv("LISTEN_PID").flatMap({ pid_t(String(cString: $0)) }), owner == getpid(),
      let count = getenv("LISTEN_FDS").flatMap({ CInt(String(cString: $0)) }), (1...1024).contains(count)
    else { return [] }
    let descriptors = Array(3..<(3 + count))
    for descriptor in descriptors { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    return descriptors
  }

  /// Sends a state such as `READY=1` to the service manager, if there is one.
  package static func notify(_ state: String) {
    guard let text = getenv("NOTIFY_SOCKET").map({ String(cString: $0) }), let first = text.first,
      first == "/" || first == "@"
    else { return }
    let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    guard let address = try? UnixSocketAddress(text) else { return }
    let message = Array(state.utf8)
    _ = address.withRawAddress {
      sendto(descriptor, message, message.count, CInt(MSG_NOSIGNAL), $0.assumingMemoryBound(to: sockaddr.self), $1)
    }
  }
}
