import EngineModel
import Glibc
import Kernel

/// An OCI runtime that is installed and works on this host.
struct OCIRuntime: Sendable {
  /// The engine does some of the work of those it knows itself, and saves a process.
  enum Kind: Sendable, Hashable {
    case runc
    case crun
    case other
  }

  /// What users call it.
  let name: String
  let tool: Tool
  let kind: Kind

  /// - Parameters:
  ///   - program: a name or a path.
  ///   - root: the exec-root.
  /// - Throws: `unavailable`, with what to do.
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

  /// crun refuses to start where cgroup v2 has controllers beside those of v1. It uses none of them, so it is shown a
  /// host without the v2 tree.
  private static func legacyView(root: String) throws(EngineError) -> MountView {
    do {
      guard MountInfo.covering(root, in: try MountInfo.read())?.isShared ?? false else {
        throw EngineError(
          .unavailable,
          "crun cannot run beside hybrid control groups where mounts are private: use runc, or mount --make-rshared /")
      }
      return try MountView(hiding: [CgroupTree.hybridPath])
    } catch {
      throw (error as? EngineError) ?? EngineError(.unavailable, "crun cannot run here", cause: error)
    }
  }
}

/// How this host's control groups are mounted (cgroups(7)).
struct CgroupTree: Sendable, Hashable {
  static let hybridPath = "/sys/fs/cgroup/unified"

  /// cgroup v1 controllers and where their hierarchies are mounted, named hierarchies as `name=…`; none under v2.
  var controllers: [String: String] = [:]
  /// There are v2 controllers beside those of v1.
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

  /// Where a group is: controller to path; under v2 one with an empty name.
  func paths(of group: String) -> [String: String] {
    guard !controllers.isEmpty else { return ["": "/sys/fs/cgroup\(group)"] }
    return controllers.mapValues { $0 + group }
  }
}
