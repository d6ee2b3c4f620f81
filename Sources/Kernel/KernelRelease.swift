import Glibc

/// The running kernel's version, for the few things that cannot be asked otherwise.
struct KernelRelease: Comparable, Sendable {
  let major: Int
  let minor: Int

  static let current: KernelRelease = {
    var name = utsname()
    guard uname(&name) == 0 else { return KernelRelease(major: 0, minor: 0) }
    let text = withUnsafeBytes(of: &name.release) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    let numbers = text.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    return KernelRelease(major: numbers.first ?? 0, minor: numbers.count > 1 ? numbers[1] : 0)
  }()

  /// Whether addresses carry who made them (`IFA_PROTO`, since Linux 5.18).
  var marksAddresses: Bool { self >= KernelRelease(major: 5, minor: 18) }

  static func < (lhs: Self, rhs: Self) -> Bool { (lhs.major, lhs.minor) < (rhs.major, rhs.minor) }
}
