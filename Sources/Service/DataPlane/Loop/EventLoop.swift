import CLinux
import Glibc
import Kernel

/// Handles the readiness of a descriptor.
protocol ReadinessHandler: AnyObject {
  /// - Parameter events: `EPOLLIN` …, as returned by epoll_wait(2).
  func ready(_ events: UInt32)
}

/// An event loop on epoll(7) with level-triggered descriptors and timers. The whole data plane runs on its thread, so
/// no handler may block.
final class EventLoop {
  /// A watched descriptor, valid until it is removed.
  struct Watch {
    fileprivate let slot: Int
    fileprivate let generation: UInt32
    let descriptor: Int32
  }

  private struct Registration {
    var generation: UInt32 = 0
    var handler: (any ReadinessHandler)?
  }

  private let epoll: OwnedDescriptor
  private var registrations: [Registration] = []
  private var freeRegistrations: [Int] = []
  private var timers = TimerQueue()
  private var isStopping = false
  /// The monotonic clock in milliseconds, as of the last wake-up.
  private(set) var now: UInt64

  init() throws(SystemCallError) {
    let number = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard number >= 0 else { throw SystemCallError.last("epoll_create1") }
    epoll = OwnedDescriptor(adopting: number)
    now = Self.clock()
  }

  /// Watches a descriptor. Retains the handler until the watch is removed.
  func add(
    _ descriptor: Int32, _ events: UInt32, _ handler: any ReadinessHandler
  ) throws(SystemCallError) -> Watch {
    let slot = freeRegistrations.popLast() ?? registrations.count
    if slot == registrations.count { registrations.append(Registration()) }
    let watch = Watch(slot: slot, generation: registrations[slot].generation, descriptor: descriptor)
    var event = Self.event(watch, events)
    guard epoll_ctl(epoll.number, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
      let error = SystemCallError.last("epoll_ctl")
      freeRegistrations.append(slot)
      throw error
    }
    registrations[slot].handler = handler
    return watch
  }

  /// Changes the events to wait for; 0 means errors only.
  func change(_ watch: Watch, _ events: UInt32) {
    guard registrations[watch.slot].generation == watch.generation else { return }
    var event = Self.event(watch, events)
    _ = epoll_ctl(epoll.number, EPOLL_CTL_MOD, watch.descriptor, &event)
  }

  /// Stops watching. Call it before closing the descriptor. Pending events are dropped.
  func remove(_ watch: Watch) {
    guard registrations[watch.slot].generation == watch.generation else { return }
    _ = epoll_ctl(epoll.number, EPOLL_CTL_DEL, watch.descriptor, nil)
    registrations[watch.slot].generation &+= 1
    registrations[watch.slot].handler = nil
    freeRegistrations.append(watch.slot)
  }

  /// Calls `action` once, after at least this many milliseconds.
  @discardableResult
  func schedule(after milliseconds: UInt64, _ action: @escaping () -> Void) -> TimerQueue.Token {
    timers.add(at: Self.clock() + milliseconds, action)
  }

  func cancel(_ token: TimerQueue.Token) {
    timers.cancel(token)
  }

  /// Runs until ``stop()``.
  func run() throws(SystemCallError) {
    var events = [epoll_event](repeating: epoll_event(), count: 128)
    while !isStopping {
      let count = epoll_wait(epoll.number, &events, Int32(events.count), timers.wait(now: Self.clock()))
      if count < 0, errno != EINTR { throw SystemCallError.last("epoll_wait") }
      now = Self.clock()
      for index in 0..<max(0, Int(count)) {
        let token = events[index].data.u64
        let slot = Int(truncatingIfNeeded: token & 0xFFFF_FFFF)
        guard registrations[slot].generation == UInt32(truncatingIfNeeded: token >> 32) else { continue }
        registrations[slot].handler?.ready(events[index].events)
      }
      while let action = timers.take(due: now) { action() }
    }
  }

  func stop() {
    isStopping = true
  }

  private static func event(_ watch: Watch, _ events: UInt32) -> epoll_event {
    epoll_event(
      events: events, data: epoll_data_t(u64: UInt64(watch.generation) << 32 | UInt64(UInt32(watch.slot))))
  }

  private static func clock() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
  }
}

/// The epoll events as one integer type.
enum Readiness {
  static let read = UInt32(0x001)
  static let write = UInt32(0x004)
  static let error = UInt32(0x008)
  static let hangup = UInt32(0x010)
}
