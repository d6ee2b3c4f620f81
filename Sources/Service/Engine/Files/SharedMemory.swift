import EngineModel
import Glibc
import Kernel

/// `/dev/shm` of containers that share theirs (`--ipc shareable`): a file system on the host, because a mount in one
/// container's mount namespace cannot be mounted in another's (mount_namespaces(7)).
extension Engine {
  private var sharedMemoryFolder: String { "\(configuration.execRoot)/shm" }

  func sharedMemoryPath(_ id: ContainerID) -> String { "\(sharedMemoryFolder)/\(id)" }

  /// The path of a container's shared memory on the host; `nil` if only its own mount namespace has it.
  func sharedMemory(of container: Container) throws(EngineError) -> String? {
    let mode = container.host.ipcMode
    if mode == "shareable" { return sharedMemoryPath(container.id) }
    guard mode.hasPrefix("container:") else { return nil }
    let owner = try state.container(String(mode.dropFirst("container:".count)))
    switch owner.host.ipcMode {
    case "shareable": return sharedMemoryPath(owner.id)
    case "host": return "/dev/shm"
    default:
      throw EngineError(
        .conflict,
        "cannot join IPC of a container \(owner.id): non-shareable IPC (hint: use IpcMode:shareable for the donor "
          + "container)")
    }
  }

  func mountSharedMemory(of container: Container) async throws {
    guard container.host.ipcMode == "shareable" else { return }
    let path = sharedMemoryPath(container.id)
    let size = container.host.shmSize
    try await onDedicatedThread("shm") {
      try makeDirectories(path, mode: 0o700)
      try Mounts.unmount(path)
      try Mounts.mount(
        type: "tmpfs", source: "shm", at: path, flags: [.noSetUID, .noDevices, .noExecution],
        options: "mode=1777,size=\(size)")
    }
  }

  /// Succeeds if nothing is mounted.
  func unmountSharedMemory(of id: ContainerID) async throws {
    let path = sharedMemoryPath(id)
    guard access(path, F_OK) == 0 else { return }
    try await onDedicatedThread("shm") {
      try Mounts.unmount(path)
      rmdir(path)
    }
  }
}
