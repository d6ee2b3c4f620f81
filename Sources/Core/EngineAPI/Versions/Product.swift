/// The name and version of all programs of this build.
package enum Product {
  package static let name = "Causeway"
  package static let version = "0.1.0"
  /// The release date, for the manual pages.
  package static let releaseDate = "2026-11-21"

  /// The architecture of this build by its name in the Docker API.
  package static var architecture: String {
    #if arch(x86_64)
      "amd64"
    #elseif arch(arm64)
      "arm64"
    #else
      "unknown"
    #endif
  }
}
