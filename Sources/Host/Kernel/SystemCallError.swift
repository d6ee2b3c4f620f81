package import EngineModel
import Glibc

/// A system call or netlink request that failed.
package struct SystemCallError: Error, Hashable, Sendable {
  /// The error number (errno(3)).
  package let errno: Int32
  /// The call: `mount`, `RTM_NEWLINK`.
  package let call: String
  /// The object of the call, such as a path or a link name. May be empty.
  package let subject: String
  /// The kernel's message from a netlink extended acknowledgement, if there is one.
  package let kernelMessage: String?

  package init(errno: Int32, call: String, subject: String = "", kernelMessage: String? = nil) {
    self.errno = errno
    self.call = call
    self.subject = subject
    self.kernelMessage = kernelMessage
  }

  /// Takes the calling thread's `errno`. Call it directly after the failure, before another call changes `errno`.
  package static func last(_ call: String, _ subject: String = "") -> SystemCallError {
    SystemCallError(errno: Glibc.errno, call: call, subject: subject)
  }

  /// The C library's message for the error number.
  package var reason: String { Self.reason(errno) }

  /// The C library's message for an error number.
  package static func reason(_ number: Int32) -> String {
    // strerror(3) and strerrorname_np(3) are not thread-safe in every C library; strerror_r(3) is.
    var buffer = [CChar](repeating: 0, count: 128)
    return strerror_r(number, &buffer, buffer.count) == 0
      ? String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      : "error \(number)"
  }

  /// Converts to an engine error with the code `system`.
  ///
  /// - Parameter message: what the engine tried to do; `nil` uses this error's description.
  package func engineError(_ message: String? = nil) -> EngineError {
    if let message { return EngineError(.system, message, cause: self) }
    return EngineError(.system, description)
  }
}

extension SystemCallError {
  /// What a user can do when a file system is full.
  package static let remedyForFullDisk =
    "Free space on that file system: remove containers, images and volumes that are not needed, for example with "
    + "\"docker system prune\""
}

extension SystemCallError: CustomStringConvertible {
  package var description: String {
    let what = subject.isEmpty ? call : "\(call) \(subject)"
    guard let kernelMessage else {
      let remedy = isOutOfSpace ? ". \(Self.remedyForFullDisk)" : ""
      return "\(what): \(reason)\(remedy)"
    }
    return "\(what): \(reason): \(kernelMessage)"
  }
}

/// Repeats the call while a signal interrupts it (`EINTR`). Returns its result, or throws its error number.
@discardableResult
package func checked(_ call: String, _ subject: @autoclosure () -> String = "", _ body: () -> Int32)
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
