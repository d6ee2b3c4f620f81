public import EngineModel
import Glibc

/// A system call, or a request to the kernel over netlink, that failed.
public struct SystemCallError: Error, Hashable, Sendable {
  /// The error number, as `errno(3)` names it.
  public let errno: Int32
  /// What was called: `mount`, `RTM_NEWLINK`.
  public let call: String
  /// On what: a path, a link's name. May be empty.
  public let subject: String
  /// The kernel's own sentence, from an extended acknowledgement, where it gave one.
  public let kernelMessage: String?

  public init(errno: Int32, call: String, subject: String = "", kernelMessage: String? = nil) {
    self.errno = errno
    self.call = call
    self.subject = subject
    self.kernelMessage = kernelMessage
  }

  /// From the calling thread's `errno`. Call it right after the failure, before anything else can change `errno`.
  public static func last(_ call: String, _ subject: String = "") -> SystemCallError {
    SystemCallError(errno: Glibc.errno, call: call, subject: subject)
  }

  /// The C library's sentence for the error number.
  public var reason: String {
    // strerrorname and strerror(3) are not thread safe everywhere; strerror_r is.
    var buffer = [CChar](repeating: 0, count: 128)
    return strerror_r(errno, &buffer, buffer.count) == 0
      ? String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      : "error \(errno)"
  }

  /// As an error of the engine, code `system`.
  ///
  /// - Parameter message: what the engine was trying to do; `nil` for this error's own words.
  public func engineError(_ message: String? = nil) -> EngineError {
    if let message { return EngineError(.system, message, cause: self) }
    return EngineError(.system, description)
  }
}

extension SystemCallError: CustomStringConvertible {
  public var description: String {
    let what = subject.isEmpty ? call : "\(call) \(subject)"
    guard let kernelMessage else { return "\(what): \(reason)" }
    return "\(what): \(reason): \(kernelMessage)"
  }
}

/// Calls again while a signal interrupts; gives what the call gave, or throws with its error number.
@discardableResult
public func checked(_ call: String, _ subject: @autoclosure () -> String = "", _ body: () -> Int32)
  throws(SystemCallError)
  -> Int32
{
  while true {
    let result = body()
    if result != -1 { return result }
    let number = Glibc.errno
    if number != EINTR { throw SystemCallError(errno: number, call: call, subject: subject()) }
  }
}
