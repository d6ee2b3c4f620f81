import Addressing
import EngineModel
import Glibc
import Kernel
import Synchronization

/// Mounts volumes with a file system of their own while containers use them. One mount at a time, on a thread of its
/// own: mounting may wait for a server.
final class VolumeMounts: Sendable {
  private let users = Mutex<[String: Set<ContainerID>]>([:])
  private let thread: SerialThread

  init() throws { thread = try SerialThread("volumes") }

  /// Counts a running container as a user of a mounted volume.
  func addUser(of volume: Volume, _ container: ContainerID) {
    users.withLock { _ = $0[volume.name, default: []].insert(container) }
  }

  /// Mounts a volume for a container, unless another container has it mounted. A volume without options needs no mount.
  ///
  /// - Throws: `system` in Docker's words; the volume is then not mounted for the container.
  func mount(_ volume: Volume, for container: ContainerID) async throws {
    guard let local = try LocalVolumeOptions(volume.options) else { return }
    addUser(of: volume, container)
    do {
      try await thread.run { try Self.mount(local, at: volume.mountpoint) }
    } catch {
      users.withLock { _ = $0[volume.name]?.remove(container) }
      throw Self.dockerError(error, volume, local)
    }
  }

  /// Unmounts a volume for a container. The volume stays mounted while another container uses it.
  func unmount(_ volume: Volume, for container: ContainerID) async throws {
    guard !volume.options.isEmpty else { return }
    users.withLock { _ = $0[volume.name]?.remove(container) }
    try await thread.run {
      // Another container may have mounted it meanwhile.
      guard self.users.withLock({ $0[volume.name]?.isEmpty ?? true }) else { return }
      while try Mounts.unmount(volume.mountpoint) {}
    }
  }

  /// Unmounts everything in a volume's folder, so that removing the folder deletes no other file system's files.
  ///
  /// - Throws: `conflict` when something stays mounted there.
  func unmountAll(in folder: String) async throws {
    try await thread.run {
      while try Mounts.unmount("\(folder)/_data") {}
      guard try !MountInfo.read().contains(where: { $0.mountPoint.hasPrefix("\(folder)/") }) else {
        throw EngineError(.conflict, "something is mounted in \(folder)")
      }
    }
  }

  private static func mount(_ local: LocalVolumeOptions, at target: String) throws {
    if try MountInfo.read().contains(where: { $0.mountPoint == target }) { return }
    var options = local.options
    // mount(2) of NFS needs a numeric address; users write names.
    if local.type.hasPrefix("nfs"), let host = options.value(of: "addr") {
      options.replace("addr", with: try address(of: host))
    }
    try Mounts.mount(local.device, at: target, type: local.type, options)
  }

  private static func address(of host: String) throws -> String {
    guard let address = HostLookup.addresses(of: host).first else {
      throw EngineError(.system, "error resolving passed in network volume address: \(host)")
    }
    return address.description
  }

  private static func dockerError(_ error: any Error, _ volume: Volume, _ local: LocalVolumeOptions) -> any Error {
    guard let error = error as? SystemCallError else { return error }
    var what = "mount \(local.device):\(volume.mountpoint)"
    if !local.options.data.isEmpty { what += ", data: \(local.options.data.joined(separator: ","))" }
    return EngineError(
      .system,
      "error while mounting volume '\(volume.mountpoint)': failed to mount local volume: \(what): "
        + SystemCallError.reason(error.errno).lowercased())
  }
}
