import CLinux
import EngineModel
import Glibc
import Kernel

/// Runs buildah with its own storage and without the host's configuration.
///
/// Each call runs in its own mount and PID namespace, in a root file system that has only the storage and the build's own
/// files (``BuildRoot``). The first process of the namespace watches a pipe to the engine: when the engine closes it or
/// dies, that process ends, and the kernel kills every process of the build and drops its mounts.
struct Buildah: Sendable {
  /// The folder of all builds.
  let root: String
  /// The folder of this build. Releasing the build removes it.
  let work: String

  /// buildah's image storage, which is the build cache.
  static func storage(below root: String) -> String { "\(root)/storage" }

  /// The persistent state of buildah's libraries, and images on their way into the storage.
  static func libraryState(below root: String) -> String { "\(root)/memory" }

  /// The path at which buildah sees that state (``BuildRoot``).
  static let libraryStateMount = "/var/lib/containers"

  static let drivers = ["overlay", "vfs"]

  /// What differs from the host for the build's processes.
  struct StepEnvironment: Sendable {
    /// The path of a network namespace; `nil`: the engine's.
    var namespace: String?
    var resolverConfiguration: String?
    var hosts: String?
  }

  /// Writes folders and configuration files. It is idempotent.
  func prepare() throws {
    for folder in [Self.storage(below: root), Self.libraryState(below: root), "\(work)/run", "\(work)/tmp"] {
      try makeDirectories(folder, mode: 0o700)
    }
    for (name, text) in [
      ("policy.json", #"{"default":[{"type":"insecureAcceptAnything"}]}"#),
      ("registries.conf", "unqualified-search-registries = []\n"),
      ("containers.conf", "[containers]\nhost_containers_internal_ip = \"none\"\n"),
      ("storage.conf", "[storage]\ndriver = \"\(driver)\"\ngraphroot = \"\(Self.storage(below: root))\"\n"),
    ] {
      try AtomicFile.write("\(root)/\(name)", Array(text.utf8), isDurable: false)
    }
  }

  /// overlayfs, unless the data root is itself on an overlay.
  private var driver: String {
    var info = statfs()
    let overlayMagic = 0x794c_7630
    return statfs(root, &info) == 0 && info.f_type == overlayMagic ? "vfs" : "overlay"
  }

  private var settings: [String] {
    [
      "--root", Self.storage(below: root), "--runroot", "\(work)/run", "--storage-driver", driver, "--log-level",
      "error",
    ]
  }

  private var environment: [String] {
    [
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=\(work)", "TMPDIR=\(work)/tmp",
      "CONTAINERS_CONF=\(root)/containers.conf", "CONTAINERS_STORAGE_CONF=\(root)/storage.conf",
      "CONTAINERS_REGISTRIES_CONF=\(root)/registries.conf",
    ]
  }

  /// - Parameters:
  ///   - command: a buildah command, such as `push`.
  ///   - readOnly: what it reads of the host's files.
  ///   - consume: receives chunks of standard output.
  /// - Throws: `unavailable` if buildah is not installed.
  func run(
    _ command: String, _ arguments: [String], in stepEnvironment: StepEnvironment = StepEnvironment(),
    readOnly: [String] = [], handingOn consume: ([UInt8]) async throws -> Void = { _ in }
  ) async throws -> Tool.Output {
    let buildah = try Tool("buildah")
    var vector = stepEnvironment.namespace.map { ["nsenter", "--net=\($0)", "--"] } ?? []
    vector += ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--"]
    let place = BuildRoot(
      builds: root, work: work, resolverConfiguration: stepEnvironment.resolverConfiguration,
      hosts: stepEnvironment.hosts, readOnly: readOnly)
    vector += place.command([buildah.path] + settings + [command])
    if ["build", "pull", "push"].contains(command) { vector += ["--signature-policy", "\(root)/policy.json"] }
    let program = try Tool(vector[0], package: "util-linux")
    return try await program.run(
      Array(vector.dropFirst()) + arguments, environment: environment, directory: work, isLeashed: true,
      handingOn: consume)
  }
}
