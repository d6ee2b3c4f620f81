import EngineAPI

/// What an engine of an older version of the API would not know, and so pass over without a word.
enum VersionRequirement {
  /// - Returns: why the body cannot be sent, in the words of Docker's client; `nil` when it can.
  static func objection(to body: Wire.ContainerCreateBody, version: APIVersion) -> String? {
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
    return "\(quoted(need.what)) requires API version \(need.since), but the Docker daemon API version is \(version)"
  }
}
