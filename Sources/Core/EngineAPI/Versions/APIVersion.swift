public import EngineModel

/// A version of the Docker Engine API.
public struct APIVersion: Sendable, Hashable, Comparable, LosslessStringConvertible {
  public let major: Int
  public let minor: Int

  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// The oldest and the newest supported version.
  public static let minimum = APIVersion(1, 24)
  public static let current = APIVersion(1, 50)

  /// `1.41`: two numbers of one to four digits.
  public init?(_ description: String) {
    let parts = description.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2,
      parts.allSatisfy({ (1...4).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let major = Int(parts[0]), let minor = Int(parts[1])
    else { return nil }
    self.init(major, minor)
  }

  public var description: String { "\(major).\(minor)" }

  public static func < (lhs: Self, rhs: Self) -> Bool { (lhs.major, lhs.minor) < (rhs.major, rhs.minor) }

  /// Reads a version that a client asks for.
  ///
  /// - Throws: `invalidParameter` with dockerd's message.
  public func checkSupported() throws(EngineError) {
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
