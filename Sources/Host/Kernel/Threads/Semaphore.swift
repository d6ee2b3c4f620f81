import CLinux
import Glibc

/// A POSIX semaphore (sem_overview(7)). ``wait()`` blocks the thread, so do not call it on the cooperative pool.
package final class Semaphore: Sendable {
  // Any thread may post to or wait for a sem_t, but it must stay at one address.
  nonisolated(unsafe) private let semaphore: UnsafeMutablePointer<sem_t>

  package init() {
    semaphore = .allocate(capacity: 1)
    sem_init(semaphore, 0, 0)
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  package func signal() {
    sem_post(semaphore)
  }

  package func wait() {
    while sem_wait(semaphore) == -1, errno == EINTR {}
  }
}
