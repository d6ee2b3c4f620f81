internal import Addressing
internal import EngineAPI
internal import Glibc
internal import EngineModel

extension Wire.SystemInfo {
  /// A variable of the engine's environment, in upper or lower case; skopeo gets the same.
  static func environment(_ name: String) -> String {
    guard let value = getenv(name) ?? getenv(name.lowercased()) else { return "" }
    return String(cString: value)
  }
}

extension Wire.SystemInfo.Registries {
  init(_ settings: RegistrySettings) {
    self.init()
    InsecureRegistryCIDRs = ["::1/128", "127.0.0.0/8"] + settings.insecure.filter { IPPrefix($0) != nil }
    Mirrors = settings.mirrors
    var hub = Wire.SystemInfo.Index()
    hub.Name = "docker.io"
    hub.Mirrors = settings.mirrors
    hub.Official = true
    IndexConfigs["docker.io"] = hub
    for domain in settings.insecure where IPPrefix(domain) == nil {
      var index = Wire.SystemInfo.Index()
      index.Name = domain
      index.Secure = false
      IndexConfigs[domain] = index
    }
  }
}
