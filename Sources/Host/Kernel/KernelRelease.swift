import CLinux
import Glibc

/// The version of the running kernel, for features that cannot be probed.
package struct KernelRelease: Comparable, Sendable, CustomStringConvertible {
  package let major: Int
  package let minor: Int

  package init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Parses the output of `uname -r`; `0.0` when the text has no numbers.
  package init(_ text: String) {
    let numbers = text.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    self.init(major: numbers.first ?? 0, minor: numbers.count > 1 ? numbers[1] : 0)
  }

  package var description: String { "\(major).\(minor)" }

  static let current: KernelRelease = {
    var name = utsname()
    guard uname(&name) == 0 else { return KernelRelease(major: 0, minor: 0) }
    return KernelRelease(
      withUnsafeBytes(of: &name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
  }()

  /// Whether the kernel stores the origin of an address (`IFA_PROTO`, since Linux 5.18).
  var marksAddresses: Bool { self >= KernelRelease(major: 5, minor: 18) }

  package static func < (lhs: Self, rhs: Self) -> Bool { (lhs.major, lhs.minor) < (rhs.major, rhs.minor) }
}
