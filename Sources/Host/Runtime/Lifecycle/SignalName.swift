import CLinux
package import EngineModel
import Glibc

/// Parses signals by name or number, as `docker kill` and `STOPSIGNAL` accept them.
package enum SignalName {
  /// The number of a signal written `SIGTERM`, `term`, `15` or `SIGRTMIN+3`.
  ///
  /// - Throws: `invalidParameter`: "invalid signal: x".
  package static func parse(_ text: String) throws(EngineError) -> Int32 {
    let invalid = EngineError(.invalidParameter, "invalid signal: \(text)")
    if let number = Int32(text) {
      guard number > 0, number <= linux_SIGRTMAX() else { throw invalid }
      return number
    }
    var name = text.uppercased()
    if name.hasPrefix("SIG") { name.removeFirst(3) }
    if let number = numbers[name] { return number }
    // 34 is the first real-time signal that the C library does not use itself. Docker counts from there.
    if name == "RTMIN" { return realTimeMinimum }
    if name == "RTMAX" { return linux_SIGRTMAX() }
    if name.hasPrefix("RTMIN+"), let offset = Int32(name.dropFirst(6)), (1...15).contains(offset) {
      return realTimeMinimum + offset
    }
    if name.hasPrefix("RTMAX-"), let offset = Int32(name.dropFirst(6)), (1...14).contains(offset) {
      return linux_SIGRTMAX() - offset
    }
    throw invalid
  }

  private static let realTimeMinimum: Int32 = 34

  private static let numbers: [String: Int32] = [
    "ABRT": SIGABRT, "ALRM": SIGALRM, "BUS": SIGBUS, "CHLD": SIGCHLD, "CLD": SIGCHLD, "CONT": SIGCONT, "FPE": SIGFPE,
    "HUP": SIGHUP, "ILL": SIGILL, "INT": SIGINT, "IO": SIGIO, "IOT": SIGIOT, "KILL": SIGKILL, "PIPE": SIGPIPE,
    "POLL": SIGPOLL, "PROF": SIGPROF, "PWR": SIGPWR, "QUIT": SIGQUIT, "SEGV": SIGSEGV, "STKFLT": SIGSTKFLT,
    "STOP": SIGSTOP, "SYS": SIGSYS, "TERM": SIGTERM, "TRAP": SIGTRAP, "TSTP": SIGTSTP, "TTIN": SIGTTIN,
    "TTOU": SIGTTOU, "URG": SIGURG, "USR1": SIGUSR1, "USR2": SIGUSR2, "VTALRM": SIGVTALRM, "WINCH": SIGWINCH,
    "XCPU": SIGXCPU, "XFSZ": SIGXFSZ,
  ]
}
