package import EngineModel

/// What `POST /build` asks for.
package struct BuildRequest: Sendable {
  /// `t`: names for the image.
  package var names: [String] = []
  /// A path in the context.
  package var dockerfile = "Dockerfile"
  /// The stage to build; empty: the last.
  package var target = ""
  package var arguments: [String: String] = [:]
  package var labels: [String: String] = [:]
  package var usesCache = true
  /// Base images are pulled even if they exist.
  package var pulls = false
  package var squashes = false
  package var networkMode = NetworkMode.default
  /// `name:address`.
  package var extraHosts: [String] = []
  package var resources = Resources()
  /// The parent of the steps' control groups; empty: the root.
  package var controlGroupParent = ""
  /// Bytes of `/dev/shm`; zero: 64 MiB.
  package var sharedMemory: Int64 = 0
  /// `os/architecture[/variant]`; `nil`: this host's.
  package var platform: String?
  /// Logins for pulling base images, by registry name.
  package var logins: [String: RegistryLogin] = [:]

  package init() {}
}
