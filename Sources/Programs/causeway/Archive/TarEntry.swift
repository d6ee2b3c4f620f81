/// The header of one member of a tar archive (POSIX.1-2017 pax with GNU extensions), without the file's contents.
struct TarEntry: Equatable, Sendable {
  enum Kind: UInt8, Sendable {
    case file = 0x30
    case hardLink = 0x31
    case symbolicLink = 0x32
    case characterDevice = 0x33
    case blockDevice = 0x34
    case folder = 0x35
    case pipe = 0x36
  }

  var name: String
  var kind: Kind
  /// Permission bits, with set-user-ID, set-group-ID and the sticky bit.
  var mode: UInt32 = 0o644
  var user: UInt32 = 0
  var group: UInt32 = 0
  /// The number of content bytes that follow; zero for everything but files.
  var size: Int64 = 0
  /// Seconds since 1970.
  var modified: Int64 = 0
  var linkTarget = ""
  var deviceMajor: UInt32 = 0
  var deviceMinor: UInt32 = 0
}
