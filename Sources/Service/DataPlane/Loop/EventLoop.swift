import CLinux
import Glibc
import Kernel

/// What is told when a descriptor is ready.
protocol ReadinessHandler: AnyObject {
  /// - Parameter events: `EPOLLIN` and so on, as epoll_wait(2) gave them.
  func ready(_ events: UInt32)
}

/// One thread's loop around epoll(7): level-triggered descriptors, and timers. All that the data plane does is done on
/// it; nothing of it leaves that thread, and nothing that it calls may block.
final class EventLoop {
  /// A descriptor that is watched; made by ``add(_:_:_:)`` and valid until removed.
  struct Watch {
    fileprivate let slot: Int
    fileprivate let generation: UInt32
    let descriptor: Int32
  }

  private struct Slot {
    var generation: UInt32 = 0
    var handler: (any ReadinessHandler)?
  }

  private let epoll: OwnedDescriptor
  private var slots: [Slot] = []
  private var freeSlots: [Int] = []
  private var timers = TimerQueue()
  private var isStopping = false
  /// Milliseconds of the monotonic clock, as of the last wake-up.
  private(set) var now: UInt64

  init() throws(SystemCallError) {
    let number = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard number >= 0 else { throw SystemCallError.last("epoll_create1") }
    epoll = OwnedDescriptor(adopting: number)
    now = Self.clock()
  }

  /// Watches a descriptor. The handler is kept until the watch is removed.
  func add(
    _ descriptor: Int32, _ events: UInt32, _ handler: any ReadinessHandler
  ) throws(SystemCallError) -> Watch {
    let slot = freeSlots.popLast() ?? slots.count
    if slot == slots.count { slots.append(Slot()) }
    let watch = Watch(slot: slot, generation: slots[slot].generation, descriptor: descriptor)
    var event = Self.event(watch, events)
    guard epoll_ctl(epoll.number, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
      let error = SystemCallError.last("epoll_ctl")
      freeSlots.append(slot)
      throw error
    }
    slots[slot].handler = handler
    return watch
  }

  /// Changes what is waited for; 0 is nothing but errors.
  func change(_ watch: Watch, _ events: UInt32) {
    guard slots[watch.slot].generation == watch.generation else { return }
    var event = Self.event(watch, events)
    _ = epoll_ctl(epoll.number, EPOLL_CTL_MOD, watch.descriptor, &event)
  }

  /// Stops watching; call it before the descriptor is closed. Events already fetched are not delivered any more.
  func remove(_ watch: Watch) {
    guard slots[watch.slot].generation == watch.generation else { return }
    _ = epoll_ctl(epoll.number, EPOLL_CTL_DEL, watch.descriptor, nil)
    slots[watch.slot].generation &+= 1
    slots[watch.slot].handler = nil
    freeSlots.append(watch.slot)
  }

  /// Calls `action` once, after so many milliseconds at the earliest.
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
        guard slots[slot].generation == UInt32(truncatingIfNeeded: token >> 32) else { continue }
        slots[slot].handler?.ready(events[index].events)
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

/// epoll's events as one integer type.
enum Readiness {
  static let read = UInt32(0x001)
  static let write = UInt32(0x004)
  static let error = UInt32(0x008)
  static let hangup = UInt32(0x010)
  static let readHangup = UInt32(0x2000)
}
