import Glibc
import Synchronization

/// Reserves low descriptor numbers for libnftables. The library waits for its socket with select(2), and glibc aborts
/// the process for a number of 1,024 or more ("buffer overflow detected"). An engine with many clients has no lower
/// numbers left.
final class LowDescriptors: Sendable {
  static let shared = LowDescriptors(count: 16)

  /// Reserves the numbers now instead of on first use.
  static func reserve() { _ = shared }

  /// `FD_SETSIZE`.
  private static let bound: Int32 = 1024

  private struct State {
    /// Open placeholders, so that no other file gets these numbers.
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

  /// Calls `make`, which opens a netfilter socket and keeps it, so that the socket gets a low number. Waits up to two
  /// seconds while all low numbers are in use.
  ///
  /// - Returns: the result of `make`, and the socket's number if it is a reserved one; `nil`, with errno set, when
  ///   `make` returned `nil` or no low number became free.
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

  /// Calls `free`, which closes the socket, and reserves its number again before another thread can take it.
  ///
  /// Closing a netfilter socket takes milliseconds, during which its number is free. A duplicate descriptor with a high
  /// number is therefore closed last.
  ///
  /// - Parameter number: the socket's number; `nil` when it is not a reserved one.
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
    // The kernel assigns the lowest free number. While that is far below the limit, concurrent opens cannot reach it.
    if Self.smallestFree < Self.bound / 2 { return make().map { .made($0, nil) } ?? .refused }
    while let number = state.held.popLast() {
      close(number)
      guard let made = make() else { return .refused }
      if Self.isNetfilterSocket(number) { return .made(made, number) }
      // Another thread took the number or freed a lower one, so the socket's own number is unknown.
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

  /// Reserves numbers again, as far as low ones are free.
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
