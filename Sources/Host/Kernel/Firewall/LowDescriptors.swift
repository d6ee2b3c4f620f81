import Glibc
import Synchronization

/// Keeps some small descriptor numbers free for libnftables, which waits for its socket with select(2): with a number of
/// 1,024 or more glibc ends the process ("buffer overflow detected"), and an engine with as many clients gives out no
/// smaller ones by itself.
final class LowDescriptors: Sendable {
  static let shared = LowDescriptors(count: 16)

  /// Takes the numbers now and not with the first use.
  static func reserve() { _ = shared }

  /// `FD_SETSIZE`.
  private static let bound: Int32 = 1024

  private struct State {
    /// Open, so that nobody else gets them.
    var held: [Int32] = []
    var count: Int
  }

  private let state: Mutex<State>

  init(count: Int) {
    state = Mutex(State(count: count))
    state.withLock { Self.hold(&$0) }
  }

  deinit {
    state.withLock { for number in $0.held { close(number) } }
  }

  /// Calls `make`, which opens a socket of netfilter and keeps it, so that the socket gets a small number.
  ///
  /// Where every small number is taken it waits for one, two seconds at most.
  ///
  /// - Returns: what `make` returned, and the socket's number where that had to be one of those kept; `nil`, with errno,
  ///   when it returned that or there was no small number.
  func openSocket<Made>(_ make: () -> Made?, undo: (Made) -> Void) -> (made: Made, number: Int32?)? {
    for _ in 0..<200 {
      var outcome = Outcome<Made>.crowded
      state.withLock { outcome = attempt(&$0, make, undo) }
      switch outcome {
      case .made(let made, let number): return (made, number)
      case .refused: return nil
      case .crowded: usleep(10_000)
      }
    }
    errno = EMFILE
    return nil
  }

  /// Calls `free`, which closes the socket that was opened, and takes its number back before another thread can.
  ///
  /// Closing such a socket takes the kernel milliseconds, in which its number is anybody's: so it is not the last
  /// descriptor of the socket that is closed under this number.
  ///
  /// - Parameter number: the socket's; `nil` where it is not known.
  func closeSocket(_ number: Int32?, _ free: () -> Void) {
    guard let number, Self.isNetfilterSocket(number) else { return free() }
    let last = fcntl(number, F_DUPFD_CLOEXEC, Self.bound)
    state.withLock { state in
      free()
      Self.hold(&state)
    }
    if last >= 0 { close(last) }
  }

  private enum Outcome<Made> {
    case made(Made, Int32?)
    case refused
    case crowded
  }

  private func attempt<Made>(_ state: inout State, _ make: () -> Made?, _ undo: (Made) -> Void) -> Outcome<Made> {
    Self.hold(&state)
    // The kernel gives out the smallest free number. While that is far from the bound, no race can reach it.
    if Self.smallestFree < Self.bound / 2 { return make().map { .made($0, nil) } ?? .refused }
    while let number = state.held.popLast() {
      close(number)
      guard let made = make() else { return .refused }
      if Self.isNetfilterSocket(number) { return .made(made, number) }
      // Another thread took the number, or set a smaller one free: the socket's own may be any.
      undo(made)
    }
    return .crowded
  }

  private static var smallestFree: Int32 {
    let number = open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { return .max }
    close(number)
    return number
  }

  /// Takes numbers back that were given out, as far as there are any.
  private static func hold(_ state: inout State) {
    while state.held.count < state.count {
      let number = open("/dev/null", O_RDONLY | O_CLOEXEC)
      guard number >= 0 else { return }
      guard number < bound else {
        close(number)
        return
      }
      state.held.append(number)
    }
  }

  static func isNetfilterSocket(_ number: Int32) -> Bool {
    func option(_ name: Int32) -> Int32 {
      var value: Int32 = -1
      var size = socklen_t(MemoryLayout<Int32>.size)
      return getsockopt(number, SOL_SOCKET, name, &value, &size) == 0 ? value : -1
    }
    return option(SO_DOMAIN) == AF_NETLINK && option(SO_PROTOCOL) == 12  // NETLINK_NETFILTER
  }
}
