import CLinux
package import EngineModel
import Glibc

/// The time by the host's clock. Only this file reads it: this target sees one definition of the C types.
extension Timestamp {
  package static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}
