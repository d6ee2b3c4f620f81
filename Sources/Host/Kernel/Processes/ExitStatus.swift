import CLinux
import Glibc

/// How a process ended.
package enum ExitStatus: Hashable, Sendable {
  /// It called `exit`; the low eight bits of the argument.
  case exited(Int32)
  /// A signal killed it.
  case signalled(Int32)

  package var isSuccess: Bool { self == .exited(0) }

  /// The number that shells and Docker use: the exit code, or 128 plus the signal.
  package var code: Int32 {
    switch self {
    case .exited(let code): code
    case .signalled(let signal): 128 + signal
    }
  }
}

extension ExitStatus: CustomStringConvertible {
  package var description: String {
    switch self {
    case .exited(let code): "exit status \(code)"
    case .signalled(let signal): "killed by signal \(signal)"
    }
  }
}
