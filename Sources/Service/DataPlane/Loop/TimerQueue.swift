/// Timers in a binary heap. A cancelled timer stays in the heap until its time.
struct TimerQueue {
  struct Token: Hashable {
    fileprivate let number: UInt64
  }

  private struct Entry {
    let time: UInt64
    let token: Token
  }

  private var heap: [Entry] = []
  private var actions: [Token: () -> Void] = [:]
  private var count: UInt64 = 0

  /// - Parameter time: milliseconds.
  mutating func add(at time: UInt64, _ action: @escaping () -> Void) -> Token {
    count += 1
    let token = Token(number: count)
    actions[token] = action
    heap.append(Entry(time: time, token: token))
    var child = heap.count - 1
    while child > 0, heap[child].time < heap[(child - 1) / 2].time {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
    return token
  }

  mutating func cancel(_ token: Token) {
    actions[token] = nil
  }

  /// Removes and returns the next due action, in order of time.
  mutating func take(due now: UInt64) -> (() -> Void)? {
    while let first = heap.first, first.time <= now {
      removeFirst()
      if let action = actions.removeValue(forKey: first.token) { return action }
    }
    return nil
  }

  /// Milliseconds until the next timer, for epoll_wait(2); -1 without timers.
  mutating func wait(now: UInt64) -> Int32 {
    while let first = heap.first, actions[first.token] == nil { removeFirst() }
    guard let first = heap.first else { return -1 }
    return first.time <= now ? 0 : Int32(clamping: first.time - now)
  }

  private mutating func removeFirst() {
    let last = heap.removeLast()
    guard !heap.isEmpty else { return }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].time < heap[least].time {
        least = child
      }
      if least == parent { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
