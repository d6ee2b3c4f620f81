import CArchive
import CLinux
import Glibc
import JSON
import Kernel

/// Checks the mounts of a build step after the builder has decided them, just before the OCI runtime makes them. A
/// source is resolved inside the root that it belongs to, such as a stage's root file system, whatever links are in it.
///
/// It runs as a program of its own between buildah and the OCI runtime (``main(_:)``), in the mount namespace of the
/// build.
package struct StepMounts: Sendable {
  /// buildah's storage, and the folder of the build.
  let storage: String
  let work: String

  /// The first argument of the daemon's program that calls ``main(_:)``.
  package static let command = "check-step-mounts"

  package struct Refusal: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String
  }

  /// Rewrites the mounts in a bundle's `config.json`.
  ///
  /// - Parameter arguments: the storage, the folder of the build, and the OCI runtime's arguments.
  package static func main(_ arguments: [String]) throws {
    guard arguments.count > 2 else { throw Refusal(description: "\(command): arguments are missing") }
    guard let flag = arguments.lastIndex(where: { $0 == "--bundle" || $0 == "-b" }), flag + 1 < arguments.count else {
      throw Refusal(description: "\(command): the OCI runtime's arguments name no bundle")
    }
    let path = "\(arguments[flag + 1])/config.json"
    let checker = StepMounts(storage: arguments[0], work: arguments[1])
    let document = try JSONParser.parse(try AtomicFile.read(path, limit: 8 << 20))
    try AtomicFile.write(path, JSONWriter.bytes(try checker.safe(document)), isDurable: false, mode: 0o644)
  }

  /// The document with safe sources.
  private func safe(_ document: JSONValue) throws -> JSONValue {
    guard case .object(var members) = document, let index = members.firstIndex(where: { $0.name == "mounts" }) else {
      return document
    }
    guard case .array(let mounts) = members[index].value, members.filter({ $0.name == "mounts" }).count == 1 else {
      throw Refusal(description: "the mounts of the step cannot be read")
    }
    members[index].value = .array(try mounts.enumerated().map { try checkedMount($1, number: $0) })
    return .object(members)
  }

  private static let harmlessTypes: Set = [
    "proc", "tmpfs", "devpts", "mqueue", "sysfs", "cgroup", "cgroup2",
  ]

  private func checkedMount(_ mount: JSONValue, number: Int) throws -> JSONValue {
    guard case .object(var members) = mount else { throw Refusal(description: "a mount of the step cannot be read") }
    let type = mount["type"].flatMap(\.text) ?? ""
    var options: [String] = []
    if case .array(let values)? = mount["options"] { options = values.compactMap(\.text) }
    let isBind = type == "bind" || options.contains("bind") || options.contains("rbind")
    if type == "overlay", !isBind {
      for option in options {
        for key in ["lowerdir=", "upperdir=", "workdir="] where option.hasPrefix(key) {
          for path in option.dropFirst(key.count).split(separator: ":") { try checkPlain(String(path)) }
        }
      }
      return mount
    }
    guard isBind else {
      guard Self.harmlessTypes.contains(type) else {
        throw Refusal(description: "a step must not have a mount of type \"\(type)\"")
      }
      return mount
    }
    guard let source = mount["source"].flatMap(\.text) else {
      throw Refusal(description: "a bind mount of the step has no source")
    }
    let target = try bind(try open(source), number: number)
    members.removeAll { $0.name == "source" }
    members.append(JSONMember("source", .string(target)))
    return .object(members)
  }

  /// The folder that a source must stay in; `nil`: a step must not have this source.
  func root(of source: String) -> String? {
    guard source.hasPrefix("/"), !source.split(separator: "/").contains(where: { $0 == ".." || $0 == "." }) else {
      return nil
    }
    func components(below folder: String) -> [String]? {
      guard source == folder || source.hasPrefix("\(folder)/") else { return nil }
      return source.dropFirst(folder.count).split(separator: "/").map(String.init)
    }
    if let below = components(below: storage) {
      switch below.first {
      case "overlay" where below.count >= 3 && ["merged", "diff"].contains(below[2]),
        "overlay-containers" where below.count >= 3 && below[2] == "userdata",
        "vfs-containers" where below.count >= 3 && below[2] == "userdata",
        "vfs" where below.count >= 3 && below[1] == "dir":
        return ([storage] + below.prefix(3)).joined(separator: "/")
      default: return nil
      }
    }
    guard let below = components(below: work), let first = below.first else { return nil }
    switch first {
    case "context", "documents", "run": return "\(work)/\(first)"
    case "tmp" where below.count >= 2: return "\(work)/tmp/\(below[1])"
    default: return nil
    }
  }

  private func refusal(_ source: String) -> Refusal {
    Refusal(description: "a mount of the step leads outside its stage, its cache or the build context: \(source)")
  }

  /// Opens a source inside its root.
  private func open(_ source: String) throws -> OwnedDescriptor {
    guard let path = root(of: source) else { throw refusal(source) }
    let root = try plain(path)
    let rest = String(source.dropFirst(path.count).drop { $0 == "/" })
    let number = linux_openat2(
      root.number, rest.isEmpty ? "." : rest, linux_O_PATH, 0, linux_RESOLVE_IN_ROOT | linux_RESOLVE_NO_MAGICLINKS)
    guard number >= 0 else {
      throw Refusal(
        description:
          "a mount of the step has no source: \(rest.isEmpty ? "/" : "/\(rest)"): \(SystemCallError.reason(errno))")
    }
    return OwnedDescriptor(adopting: number)
  }

  /// Opens a path of the builder's own, in which no link is allowed.
  private func plain(_ path: String) throws -> OwnedDescriptor {
    let top = try OwnedDescriptor(path: "/", flags: linux_O_PATH | O_DIRECTORY)
    let number = linux_openat2(
      top.number, path, linux_O_PATH | O_DIRECTORY, 0, linux_RESOLVE_NO_SYMLINKS | linux_RESOLVE_NO_MAGICLINKS)
    guard number >= 0 else { throw refusal(path) }
    return OwnedDescriptor(adopting: number)
  }

  /// - Throws: ``Refusal`` unless the path is below an allowed root and has no links.
  private func checkPlain(_ path: String) throws {
    guard root(of: path) != nil else { throw refusal(path) }
    _ = try plain(path)
  }

  /// Mounts an open file or folder where only this build sees it, so that nobody can exchange it before the runtime
  /// mounts it.
  private func bind(_ source: OwnedDescriptor, number: Int) throws -> String {
    var status = stat()
    try checked("fstat") { fstat(source.number, &status) }
    let target = "\(work)/mounts/\(number)"
    try makeDirectories("\(work)/mounts", mode: 0o700)
    if status.st_mode & S_IFMT == S_IFDIR {
      rmdir(target)
      unlink(target)
      try makeDirectories(target, mode: 0o700)
    } else {
      rmdir(target)
      _ = try OwnedDescriptor(path: target, flags: O_WRONLY | O_CREAT | O_NOFOLLOW, mode: 0o600)
    }
    try Mounts.bind("/proc/self/fd/\(source.number)", at: target, recursive: true)
    return target
  }

  /// A program that stands in for the OCI runtime: it checks the mounts before a container is created.
  ///
  /// - Parameters:
  ///   - checker: the daemon's program.
  ///   - runtime: the OCI runtime.
  static func script(checker: String, runtime: String, storage: String, work: String) -> String {
    """
    #!/bin/sh
    case " $* " in
    *" create "* | *" run "*)
      \(quoted(checker)) \(command) \(quoted(storage)) \(quoted(work)) "$@" || exit 125
      \(quoted(runtime)) "$@"
      status=$?
      for mount in \(quoted(work))/mounts/*; do [ ! -e "$mount" ] || umount -l "$mount" 2>/dev/null; done
      exit $status ;;
    esac
    exec \(quoted(runtime)) "$@"

    """
  }

  private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }
}

extension JSONValue {
  fileprivate var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }
}
