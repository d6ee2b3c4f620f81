import EngineAPI

/// Finds members of a request that an older API version would silently ignore.
enum VersionRequirement {
  /// - Returns: why the body cannot be sent, in Docker's words; `nil` when it can.
  static func unsupportedFeature(in body: Wire.ContainerCreateBody, version: APIVersion) -> String? {
    let endpoints = body.NetworkingConfig.EndpointsConfig
    let mounts = body.HostConfig.Mounts ?? []
    let needs: [(isAsked: Bool, what: String, since: APIVersion)] = [
      ((body.Config.Healthcheck?.StartInterval ?? 0) != 0, "specify health-check start interval", APIVersion(1, 44)),
      (endpoints.count > 1, "connect a new container to several networks", APIVersion(1, 44)),
      (endpoints.values.contains { $0.GwPriority != 0 }, "specify gw-priority", APIVersion(1, 48)),
      (!(body.HostConfig.Annotations ?? [:]).isEmpty, "specify annotations", APIVersion(1, 43)),
      (mounts.contains { $0.VolumeOptions?.Subpath != nil }, "specify volume subpath", APIVersion(1, 45)),
      (mounts.contains { $0.`Type` == "image" }, "specify image mounts", APIVersion(1, 48)),
      (!body.HostConfig.CgroupnsMode.isEmpty, "specify cgroupns", APIVersion(1, 41)),
    ]
    guard let need = needs.first(where: { $0.isAsked && version < $0.since }) else { return nil }
    return "\(need.what.quoted) requires API version \(need.since), but the Docker daemon API version is \(version)"
  }
}
