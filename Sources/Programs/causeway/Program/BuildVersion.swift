/// What this build calls itself.
enum BuildVersion {
  static let version = "0.1.0"

  /// The day of the version, which the pages of the manual bear.
  static let date = "2026-11-21"

  /// In the words of the Docker API.
  static var architecture: String {
    #if arch(x86_64)
      "amd64"
    #elseif arch(arm64)
      "arm64"
    #else
      "unknown"
    #endif
  }
}
