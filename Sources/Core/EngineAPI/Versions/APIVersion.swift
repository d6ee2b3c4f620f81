package import EngineModel

/// A version of the Docker Engine API.
package struct APIVersion: Sendable, Hashable, Comparable, LosslessStringConvertible {
  package let major: Int
  package let minor: Int

  package init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// The oldest and the newest supported version.
  package static let minimum = APIVersion(1, 24)
  package static let current = APIVersion(1, 55)

  /// `1.41`: two numbers of one to four digits.
  package init?(_ description: String) {
    let parts = description.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2,
      parts.allSatisfy({ (1...4).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let major = Int(parts[0]), let minor = Int(parts[1])
    else { return nil }
    self.init(major, minor)
  }

  package var description: String { "\(major).\(minor)" }

  package static func < (lhs: Self, rhs: Self) -> Bool { (lhs.major, lhs.minor) < (rhs.major, rhs.minor) }

  /// Reads a version that a client asks for.
  ///
  /// - Throws: `invalidParameter` with dockerd's message.
  package func checkSupported() throws(EngineError) {
    guard self >= Self.minimum else {
      throw EngineError(
        .invalidParameter,
        "client version \(self) is too old. Minimum supported API version is \(Self.minimum), "
          + "please upgrade your client to a newer version")
    }
    guard self <= Self.current else {
      throw EngineError(
        .invalidParameter,
        "client version \(self) is too new. Maximum supported API version is \(Self.current)")
    }
  }
}
