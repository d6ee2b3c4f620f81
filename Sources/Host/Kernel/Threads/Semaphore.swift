import CLinux
import Glibc

/// A POSIX semaphore (sem_overview(7)). ``wait()`` blocks the thread: not for the cooperative pool.
public final class Semaphore: Sendable {
  // sem_t may be posted and waited for from any thread: that is its purpose; it only must not move.
  nonisolated(unsafe) private let semaphore: UnsafeMutablePointer<sem_t>

  public init() {
    semaphore = .allocate(capacity: 1)
    sem_init(semaphore, 0, 0)
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  public func signal() {
    sem_post(semaphore)
  }

  public func wait() {
    while sem_wait(semaphore) == -1, errno == EINTR {}
  }
}
