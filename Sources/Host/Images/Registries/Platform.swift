/// This host's platform, as image configurations name it.
public enum Platform {
  #if arch(x86_64)
    public static let architecture = "amd64"
  #elseif arch(arm64)
    public static let architecture = "arm64"
  #else
    public static let architecture = "unknown"
  #endif
}
