/// This host's platform, as image configurations name it.
package enum Platform {
  #if arch(x86_64)
    package static let architecture = "amd64"
  #elseif arch(arm64)
    package static let architecture = "arm64"
  #else
    package static let architecture = "unknown"
  #endif
}
