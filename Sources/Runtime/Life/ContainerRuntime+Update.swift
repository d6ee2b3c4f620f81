import EngineModel
import FoundationEssentials
import Kernel

extension ContainerRuntime {
  /// Gives new limits to the processes of a container that runs. What the resources do not name stays.
  ///
  /// - Throws: `system` with what the OCI runtime says, which is mostly the kernel's reason.
  public func update(_ id: String, _ resources: OCISpecification.Resources) async throws {
    let bundle = layout.bundle(id)
    try requireKnown(bundle)
    let path = "\(bundle.path)/update.json"
    try SmallFile.write(path, Array(try JSONEncoder().encode(resources)))
    let output = try await runRuntime(["update", "--resources", path, id])
    guard output.status.isSuccess else {
      throw EngineError(.system, RuntimeFailure(stage: .start, runtimeOutput: output.stderrText).reason)
    }
  }
}
