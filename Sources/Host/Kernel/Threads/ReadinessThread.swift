import CLinux
import Glibc
import Synchronization

/// One thread for the whole process that waits with epoll(7) until descriptors become readable, writable or closed.
///
/// It watches child processes, pipes of tools and netlink monitors, so that none of them needs a thread. Handlers run
/// on this thread and must not block.
package final class ReadinessThread: Sendable {
  /// What to do after a handler has run.
  package enum Next: Sendable {
    case again
    /// End the watch. The closure runs after the descriptor has left the epoll set. Only then may the handler announce
    /// the end, because others may close the descriptor and the kernel may reuse its number.
    case done(@Sendable () -> Void)
  }

  package struct Events: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package static let readable = Events(rawValue: EPOLLIN.rawValue)
    package static let writable = Events(rawValue: EPOLLOUT.rawValue)
  }

  private struct Watch {
    let descriptor: Int32
    let interest: Events
    let handler: @Sendable () -> Next
  }

  /// Identifies a watch, to cancel it.
  package struct Token: Sendable {
    fileprivate let id: UInt64
  }

  private struct State {
    var watches: [UInt64: Watch] = [:]
    var nextID: UInt64 = 1
    var isStarted = false
  }

  package static let shared = ReadinessThread()

  private let epoll: Int32
  private let state = Mutex(State())

  private init() {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    precondition(epoll >= 0, "epoll_create1: out of descriptors at start")
  }

  /// Calls `handler` each time `descriptor` is ready, until the handler returns `.done` or the watch is cancelled. A
  /// hang-up or an error counts as ready. The descriptor must stay open until then.
  @discardableResult
  package func watch(
    _ descriptor: Int32, for interest: Events, _ handler: @escaping @Sendable () -> Next
  ) throws(SystemCallError) -> Token {
    let (id, mustStart) = state.withLock { state in
      let id = state.nextID
      state.nextID += 1
      state.watches[id] = Watch(descriptor: descriptor, interest: interest, handler: handler)
      defer { state.isStarted = true }
      return (id, !state.isStarted)
    }
    do throws(SystemCallError) {
      if mustStart {
        do throws(SystemCallError) {
          try startThread("readiness") { self.work() }
        } catch {
          state.withLock { $0.isStarted = false }
          throw error
        }
      }
      var event = epoll_event(
        events: interest.rawValue | EPOLLONESHOT.rawValue, data: epoll_data(u64: id))
      try checked("epoll_ctl", "descriptor \(descriptor)") {
        epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
      }
    } catch {
      state.withLock { _ = $0.watches.removeValue(forKey: id) }
      throw error
    }
    return Token(id: id)
  }

  /// Ends a watch. A handler that is running still finishes. Cancelling an ended watch does nothing.
  ///
  /// - Returns: whether the watch was active.
  @discardableResult
  package func cancel(_ token: Token) -> Bool {
    end(token.id)
  }

  private func end(_ id: UInt64) -> Bool {
    guard let watch = state.withLock({ $0.watches.removeValue(forKey: id) }) else { return false }
    _ = epoll_ctl(epoll, EPOLL_CTL_DEL, watch.descriptor, nil)
    return true
  }

  private func work() {
    var events = [epoll_event](repeating: epoll_event(), count: 64)
    while true {
      let count = epoll_wait(epoll, &events, Int32(events.count), -1)
      for index in 0..<max(0, Int(count)) {
        let id = events[index].data.u64
        guard let watch = state.withLock({ $0.watches[id] }) else { continue }
        switch watch.handler() {
        case .done(let last):
          // A concurrent `cancel` may have ended the watch already.
          if end(id) { last() }
        case .again:
          state.withLock { state in
            // Must hold the lock: the number of a cancelled watch may belong to another file now.
            guard state.watches[id] != nil else { return }
            var event = epoll_event(
              events: watch.interest.rawValue | EPOLLONESHOT.rawValue, data: epoll_data(u64: id))
            _ = epoll_ctl(epoll, EPOLL_CTL_MOD, watch.descriptor, &event)
          }
        }
      }
    }
  }
}
