import Coordination

extension OneShot {
  /// Blocks the thread until the value is set. Only for dedicated threads: never call it on the cooperative pool.
  func blockingValue() throws(Failure) -> Value {
    let isReady = Semaphore()
    whenSet { _ in isReady.signal() }
    while true {
      if let outcome { return try outcome.get() }
      isReady.wait()
    }
  }
}
