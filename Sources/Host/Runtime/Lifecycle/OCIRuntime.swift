import EngineModel
import Glibc
import Kernel

/// An OCI runtime that is usable on this host.
struct OCIRuntime: Sendable {
  /// For known runtimes the engine does a part of their work itself, which saves a process.
  enum Kind: Sendable, Hashable {
    case runc
    case crun
    case other
  }

  /// The name in the engine's configuration.
  let name: String
  let tool: Tool
  let kind: Kind

  /// - Parameters:
  ///   - program: a name or a path.
  ///   - root: the exec-root.
  /// - Throws: `unavailable` with advice.
  init(_ name: String, program: String, root: String, host: CgroupTree) throws(EngineError) {
    self.name = name
    kind =
      switch program.split(separator: "/").last {
      case "runc": .runc
      case "crun": .crun
      default: .other
      }
    var tool = try Tool(program)
    if kind == .crun, host.isHybrid { tool.view = try Self.legacyView(root: root) }
    self.tool = tool
  }

  /// crun does not start if cgroup v2 has controllers beside those of v1. It does not need them, so it runs in a mount
  /// view without the v2 hierarchy.
  private static func legacyView(root: String) throws(EngineError) -> MountView {
    do {
      guard MountInfo.covering(root, in: try MountInfo.read())?.isShared ?? false else {
        throw EngineError(
          .unavailable,
          "crun cannot run with hybrid cgroups where mounts are private: use runc, or run mount --make-rshared /")
      }
      return try MountView(hiding: [CgroupTree.hybridPath])
    } catch {
      throw (error as? EngineError) ?? EngineError(.unavailable, "crun cannot run here", cause: error)
    }
  }
}

/// How cgroups are mounted on this host (cgroups(7)).
struct CgroupTree: Sendable, Hashable {
  static let hybridPath = "/sys/fs/cgroup/unified"

  /// cgroup v1 controllers and their mount points; named hierarchies as `name=…`; none under v2.
  var controllers: [String: String] = [:]
  /// Whether v2 has controllers beside those of v1.
  var isHybrid = false

  static func read() throws(SystemCallError) -> CgroupTree {
    var tree = CgroupTree()
    for mount in try MountInfo.read() where mount.type == "cgroup" {
      for option in mount.superOptions where option != "rw" && option != "ro" && option != "xattr" {
        tree.controllers[option] = mount.mountPoint
      }
    }
    let unified = (try? readFile("\(hybridPath)/cgroup.controllers")) ?? ""
    tree.isHybrid = !tree.controllers.isEmpty && unified.contains { !$0.isWhitespace }
    return tree
  }

  /// The paths of a group by controller. Under v2 there is one with an empty key.
  func paths(of group: String) -> [String: String] {
    guard !controllers.isEmpty else { return ["": "/sys/fs/cgroup\(group)"] }
    return controllers.mapValues { $0 + group }
  }
}
