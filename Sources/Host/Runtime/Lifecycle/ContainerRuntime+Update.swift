import EngineModel
import JSON
import Kernel

extension ContainerRuntime {
  /// Changes the resource limits of a running container. Unset limits stay as they are.
  ///
  /// - Throws: `system` with the OCI runtime's error, which usually contains the kernel's reason.
  package func update(_ id: String, _ resources: OCISpecification.Resources) async throws {
    let bundle = layout.bundle(id)
    try requireKnown(bundle)
    var resources = resources
    if let limit = resources.pids?.limit, limit < 0, let groups = cgroups("\(layout.runtimeState)/\(id)"),
      let group = groups["pids"] ?? groups[""]
    {
      // crun would write the number -1, which the kernel refuses.
      try writeExistingFile("\(group)/pids.max", "max")
      resources.pids = nil
    }
    let path = "\(bundle.path)/update.json"
    try SmallFile.write(path, JSONEncoding.bytes(resources))
    let output = try await runRuntime(["update", "--resources", path, id], for: bundle)
    guard output.status.isSuccess else {
      throw EngineError(.system, RuntimeFailure(stage: .start, runtimeOutput: output.stderrText).reason)
    }
  }
}
