import EngineModel
import Kernel

extension SpecificationRequest {
  /// Fills in the parts from this host and the root file system: user, devices and seccomp profile.
  ///
  /// The root file system must be mounted. Reads files on a dedicated thread.
  package func prepared() async throws -> SpecificationRequest {
    try await onDedicatedThread("specification") {
      var request = self
      let configuration = container.configuration
      let userText = configuration.user.isEmpty ? image.user : configuration.user
      request.user = try AccountFiles.read(rootfs: rootfs).resolve(
        userText, additionalGroups: container.host.groupAdd)
      request.devices = HostDevices.named(in: container.host.resources)
      if container.host.privileged { request.hostDevices = HostDevices.all() }
      switch try SecurityOptions(container.host.securityOptions).seccomp {
      case .unconfined: request.seccomp = nil
      case .standard: request.seccomp = container.host.privileged ? nil : .standard
      case .profile(let text): request.seccomp = try .parse(Array(text.utf8))
      }
      return request
    }
  }
}
