import CLinux
package import EngineModel
import Glibc

/// Now, by the host's clock. The one place where it is read, and in a part that sees one definition of its C types.
package func wallClock() -> Timestamp {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
}
