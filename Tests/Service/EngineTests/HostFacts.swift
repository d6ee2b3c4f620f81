import Addressing
import DataPlane
import EngineModel
import FakeKernel
import Kernel
import NameService
import NetworkPlan
import StateStore

@testable import Engine

/// What users see, and what is on the host, without the identities that differ from run to run.
struct HostFacts: Hashable, CustomStringConvertible {
  var sections: [String: [String]] = [:]

  var description: String {
    sections.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.joined(separator: ", "))" }.joined(separator: "\n")
  }

  /// - Parameter engine: one that has just started.
  init(_ rig: Rig, _ engine: Engine) async throws {
    await engine.cleanUp()
    let containers = try await engine.containers(ContainerListRequest(all: true)).map(\.container)
    sections["containers"] = containers.map { container in
      let endpoints = container.endpoints.map { "\($0.ipv4?.description ?? "-")" }.joined(separator: "+")
      return "\(container.name) \(container.state.status) \(endpoints)"
    }.sorted()
    sections["networks"] = try await engine.networks().map { "\($0.network.name) \($0.attachments.count)" }
    let volumes = try await engine.volumes()
    sections["volumes"] = volumes.map { $0.isAnonymous ? "anonymous" : $0.name }.sorted()
    sections["files"] = volumes.flatMap { volume in
      tree(volume.mountpoint).map { "\(volume.isAnonymous ? "anonymous" : volume.name)/\($0)" }
    }.sorted()
    // Folders that belong to no object, and objects without a folder.
    let ids = Set(containers.map(\.id.rawValue))
    let names = Set(volumes.map(\.name))
    sections["container folders"] = difference(Set(list("\(rig.folder)/containers")), ids)
    sections["volume folders"] = difference(Set(list("\(rig.folder)/volumes")), names)
    sections["staging"] = volumes.flatMap { list("\(rig.folder)/volumes/\($0.name)") }.filter { $0 != "_data" }
    let kernel = rig.kernel.state
    sections["sandboxes"] = ["\(kernel.sandboxes.count)"]
    sections["links"] = Dictionary(grouping: kernel.links.values, by: { "\($0.kind)".prefix { $0 != "(" } })
      .map { "\($0.key) \($0.value.count)" }.sorted()
    sections["addresses"] = ["\(kernel.addresses.count)"]
    sections["unmarked links"] = rig.kernel.unmarkedLinks.map { "\($0.name)" }
    sections["processes"] = ["\(rig.runtime.created.count) \(rig.runtime.running.count)"]
    sections["layers"] = ["\(rig.images.prepared.count) \(rig.images.mounted.count)"]
    sections["names"] = rig.dataPlane.table.endpoints.values.map { $0.names.first ?? "" }.sorted()
  }

  /// Adds what the database holds beside the objects. The engine must have closed it.
  mutating func add(databaseOf rig: Rig) throws {
    let store = try StateStore(path: "\(rig.folder)/state.sqlite")
    let stored = try store.load()
    try store.close()
    sections["operations"] = stored.operations.values.map(\.kind)
    sections["cleanup"] = Array(stored.cleanup.values)
  }
}

private func difference(_ found: Set<String>, _ expected: Set<String>) -> [String] {
  found.subtracting(expected).map { "left: \($0.prefix(9))" } + expected.subtracting(found).map { "missing: \($0)" }
}

/// The names in a folder; none if it does not exist.
func list(_ path: String) -> [String] { (try? SandboxDirectory(path).list()) ?? [] }

private func tree(_ path: String) -> [String] {
  list(path).flatMap { name in [name] + tree("\(path)/\(name)").map { "\(name)/\($0)" } }
}
