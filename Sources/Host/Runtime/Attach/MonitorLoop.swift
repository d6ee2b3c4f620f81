import CLinux
import Glibc
import Kernel

/// Waits for iterations of conmon's event loop.
///
/// conmon reads its control FIFO in the loop: when an unknown command, which it ignores, has disappeared from the FIFO,
/// one more iteration has begun.
struct MonitorLoop: Sendable {
  private let control: OwnedDescriptor

  /// - Returns: `nil` if the container has no control FIFO.
  init?(_ bundle: RuntimeLayout.Bundle) {
    let number = open(bundle.control, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    guard number >= 0 else { return nil }
    control = OwnedDescriptor(adopting: number)
  }

  /// Returns when conmon begins another iteration, at the latest after about one second.
  func pass() async throws {
    let command = Array("9 0 0\n".utf8)
    guard Glibc.write(control.number, command, command.count) == command.count else { return }
    for _ in 0..<5_000 {
      var waiting: Int32 = 0
      guard linux_ioctl_pointer(control.number, linux_FIONREAD, &waiting) == 0, waiting > 0 else { return }
      try await Task.sleep(for: .microseconds(200))
    }
  }
}
