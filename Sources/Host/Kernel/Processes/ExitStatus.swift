import CLinux
import Glibc

/// How a process ended.
public enum ExitStatus: Hashable, Sendable {
  /// By `exit`, with the low eight bits of its argument.
  case exited(Int32)
  /// By a signal.
  case signalled(Int32)

  public var isSuccess: Bool { self == .exited(0) }

  /// As shells and Docker number it: the exit code, or 128 and the signal.
  public var code: Int32 {
    switch self {
    case .exited(let code): code
    case .signalled(let signal): 128 + signal
    }
  }
}

extension ExitStatus: CustomStringConvertible {
  public var description: String {
    switch self {
    case .exited(let code): "exit status \(code)"
    case .signalled(let signal): "killed by signal \(signal)"
    }
  }
}
