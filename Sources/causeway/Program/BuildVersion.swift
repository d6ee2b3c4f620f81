/// What this build calls itself.
enum BuildVersion {
  static let version = "0.1.0"
  static let apiVersion = "1.50"
}
