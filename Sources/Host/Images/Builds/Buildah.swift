import CLinux
import EngineModel
import Glibc
import Kernel

/// buildah, with a storage of our own and nothing of the host's settings.
///
/// Each call runs in a mount and a process namespace of its own, whose first process watches a leash: when the engine
/// lets go of it, or dies, everything that the build started is killed by the kernel, and its mounts are gone.
struct Buildah: Sendable {
  /// The folder of all builds.
  let root: String
  /// This build's own, for all that shall not outlive it.
  let work: String

  /// Where buildah keeps images, which are the cache of later builds.
  static func storage(below root: String) -> String { "\(root)/storage" }

  /// What the libraries that buildah is made of remember, and images that are on their way into the storage.
  static func memory(below root: String) -> String { "\(root)/memory" }

  /// Where buildah sees that.
  static let memoryMount = "/var/lib/containers"

  static let drivers = ["overlay", "vfs"]

  /// What of the host the processes see changed.
  struct Place: Sendable {
    /// A network namespace; `nil`: the engine's.
    var namespace: String?
    var resolverConfiguration: String?
    var hosts: String?
  }

  private static let script = """
    exec 3<&0 </dev/null
    trap 'exit 143' TERM
    { read -r never <&3; kill -TERM 1; } &
    exec 3<&-
    fail() { echo "Error: preparing the build: $1" >&2; exit 125; }
    [ -z "$1" ] || mount --bind "$1" /etc/resolv.conf || fail /etc/resolv.conf
    [ -z "$2" ] || mount --bind "$2" /etc/hosts || fail /etc/hosts
    mkdir -p /var/lib/containers && mount --bind "$3" /var/lib/containers || fail /var/lib/containers
    [ -d /sys/fs/cgroup/unified ] && umount /sys/fs/cgroup/unified 2>/dev/null
    shift 3
    "$@" &
    wait $!
    """

  /// Folders and settings; may be called again.
  func prepare() throws {
    for folder in [Self.storage(below: root), Self.memory(below: root), "\(work)/run", "\(work)/tmp"] {
      try makeDirectories(folder, mode: 0o700)
    }
    for (name, text) in [
      ("policy.json", #"{"default":[{"type":"insecureAcceptAnything"}]}"#),
      ("registries.conf", "unqualified-search-registries = []\n"),
      ("containers.conf", "[containers]\nhost_containers_internal_ip = \"none\"\n"),
      ("storage.conf", "[storage]\ndriver = \"\(driver)\"\ngraphroot = \"\(Self.storage(below: root))\"\n"),
    ] {
      try SafeFile.write("\(root)/\(name)", Array(text.utf8), isDurable: false)
    }
  }

  /// overlayfs, but for where our data lie on one already.
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
  ///   - command: buildah's: `push`.
  ///   - use: is given what it writes to standard output.
  /// - Throws: `unavailable` when buildah is not installed.
  func run(
    _ command: String, _ arguments: [String], in place: Place = Place(),
    handingOn use: ([UInt8]) async throws -> Void = { _ in }
  ) async throws -> Tool.Output {
    let buildah = try Tool("buildah")
    var vector = place.namespace.map { ["nsenter", "--net=\($0)", "--"] } ?? []
    vector += ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--"]
    vector += ["sh", "-c", Self.script, "build", place.resolverConfiguration ?? "", place.hosts ?? ""]
    vector += [Self.memory(below: root), buildah.path] + settings + [command]
    if ["build", "pull", "push"].contains(command) { vector += ["--signature-policy", "\(root)/policy.json"] }
    let program = try Tool(vector[0], package: "util-linux")
    return try await program.run(
      Array(vector.dropFirst()) + arguments, environment: environment, directory: work, isLeashed: true, handingOn: use)
  }
}
