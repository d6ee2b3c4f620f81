internal import Addressing
package import EngineModel

extension Wire.HostConfig {
  /// The request as a model value, validated as dockerd validates it. Checks that involve the rest of the request are
  /// in ``Wire/ContainerCreateBody/model()``.
  ///
  /// - Throws: `invalidParameter` with dockerd's message, `notImplemented` for unsupported settings.
  package func model() throws(EngineError) -> HostConfiguration {
    try checkUnsupported()
    try TextChecks.invalid(
      Annotations?[""] != nil, "invalid Annotations: the empty string is not permitted as an annotation key")
    try TextChecks.invalid(ShmSize < 0, "SHM size can not be less than 0")
    try TextChecks.words(DnsSearch ?? [], as: "DNS search domain")
    try TextChecks.words(DnsOptions ?? [], as: "DNS option")
    try TextChecks.invalid(
      !(-1000...1000).contains(OomScoreAdj),
      "Invalid value \(OomScoreAdj), range for oom score adj is [-1000, 1000]")
    var model = HostConfiguration()
    model.networkMode = EngineModel.NetworkMode(NetworkMode)
    model.portBindings = try PortText.bindings(PortBindings)
    model.publishAllPorts = PublishAllPorts
    model.links = Links ?? []
    model.dns = try Self.addresses(Dns ?? [])
    model.dnsOptions = DnsOptions ?? []
    model.dnsSearch = DnsSearch ?? []
    model.extraHosts = try Self.checkedHosts(ExtraHosts ?? [])
    try addStorage(to: &model)
    model.restartPolicy = try RestartPolicy.model()
    try TextChecks.invalid(
      AutoRemove && model.restartPolicy.name != .no, "can't create 'AutoRemove' container with restart policy")
    model.autoRemove = AutoRemove
    model.logConfiguration = LogConfiguration(driver: LogConfig.`Type`, options: LogConfig.Config)
    model.containerIDFile = ContainerIDFile
    addSecurity(to: &model)
    try addConsole(to: &model)
    model.resources = try resources()
    return model
  }

  private func addStorage(to model: inout HostConfiguration) throws(EngineError) {
    model.binds = Binds ?? []
    for mount in Mounts ?? [] { model.mounts.append(try mount.model()) }
    model.tmpfs = Tmpfs ?? [:]
    for path in model.tmpfs.keys {
      try TextChecks.invalid(
        !path.hasPrefix("/"),
        "invalid mount config for type \"tmpfs\": invalid mount path: '\(path)' mount path must be absolute")
    }
    model.volumesFrom = VolumesFrom ?? []
    model.volumeDriver = VolumeDriver
    model.readonlyRootfs = ReadonlyRootfs
    model.shmSize = ShmSize
  }

  private func addSecurity(to model: inout HostConfiguration) {
    model.privileged = Privileged
    model.capAdd = CapAdd?.values ?? []
    model.capDrop = CapDrop?.values ?? []
    model.securityOptions = SecurityOpt ?? []
    model.maskedPaths = MaskedPaths
    model.readonlyPaths = ReadonlyPaths
    model.groupAdd = GroupAdd ?? []
    model.ipcMode = IpcMode
    model.pidMode = PidMode
    model.utsMode = UTSMode
    model.usernsMode = UsernsMode
    model.cgroupnsMode = CgroupnsMode
    model.cgroupParent = CgroupParent
    model.sysctls = Sysctls ?? [:]
    model.annotations = Annotations ?? [:]
    model.runtime = Runtime ?? ""
    model.runInit = Init
    model.oomScoreAdjust = OomScoreAdj
  }

  private func addConsole(to model: inout HostConfiguration) throws(EngineError) {
    guard let size = ConsoleSize, !size.isEmpty else { return }
    try TextChecks.invalid(
      size.count != 2 || !size.allSatisfy { (0...0xFFFF).contains($0) }, "ConsoleSize takes height and width")
    model.consoleHeight = size[0]
    model.consoleWidth = size[1]
  }

  private func checkUnsupported() throws(EngineError) {
    try TextChecks.invalid(
      !Isolation.isEmpty && Isolation != "default",
      "invalid isolation: \"\(Isolation)\" - linux only supports 'default'")
    try TextChecks.unsupported(!Cgroup.isEmpty, "Cgroup is not implemented; CgroupParent and CgroupnsMode are")
    // Docker's message for a disk without project quotas.
    try TextChecks.invalid(
      !(StorageOpt ?? [:]).isEmpty, "--storage-opt is supported only for overlay over xfs with 'pquota' mount option")
    if let request = DeviceRequests?.first {
      let capabilities = request.Capabilities.map { "[\($0.joined(separator: " "))]" }.joined(separator: " ")
      throw EngineError(
        .invalidParameter,
        "could not select device driver \"\(request.Driver)\" with capabilities: [\(capabilities)]: --gpus and other "
          + "device requests are not implemented, --device is")
    }
    try TextChecks.unsupported((KernelMemory ?? 0) != 0, "a limit of kernel memory is not implemented")
    try TextChecks.unsupported((KernelMemoryTCP ?? 0) != 0, "a limit of kernel TCP memory is not implemented")
    try TextChecks.unsupported(
      CpuCount != 0 || CpuPercent != 0 || IOMaximumIOps != 0 || IOMaximumBandwidth != 0,
      "CpuCount, CpuPercent, IOMaximumIOps and IOMaximumBandwidth are for Windows containers only")
  }

  private static func addresses(_ texts: [String]) throws(EngineError) -> [IPAddress] {
    var addresses: [IPAddress] = []
    for text in texts {
      guard let address = IPAddress(text) else {
        throw EngineError(.invalidParameter, "\(text) is not an ip address")
      }
      addresses.append(address)
    }
    return addresses
  }

  /// `name:address`, also `name=address`, and `host-gateway` for an address.
  package static func checkedHosts(_ texts: [String]) throws(EngineError) -> [String] {
    for text in texts {
      guard let separator = text.firstIndex(where: { $0 == ":" || $0 == "=" }), separator != text.startIndex else {
        throw EngineError(.invalidParameter, "bad format for add-host: \"\(text)\"")
      }
      try TextChecks.word(String(text[..<separator]), as: "host name in add-host")
      var target = text[text.index(after: separator)...]
      if target.hasPrefix("["), target.hasSuffix("]") { target = target.dropFirst().dropLast() }
      try TextChecks.invalid(
        target != "host-gateway" && IPAddress(target) == nil, "invalid IP address in add-host: \"\(target)\"")
    }
    return texts
  }
}

extension Wire.RestartPolicy {
  /// - Throws: `invalidParameter` with dockerd's message.
  package func model() throws(EngineError) -> RestartPolicy {
    guard let name = Name.isEmpty ? .no : RestartPolicy.Name(rawValue: Name) else {
      throw EngineError(
        .invalidParameter,
        "invalid restart policy: unknown policy '\(Name)'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"
      )
    }
    try TextChecks.invalid(
      name == .onFailure && MaximumRetryCount < 0,
      "invalid restart policy: maximum retry count cannot be negative")
    try TextChecks.invalid(
      name != .onFailure && MaximumRetryCount != 0,
      "invalid restart policy: maximum retry count can only be used with 'on-failure'"
        + (MaximumRetryCount < 0 ? " and cannot be negative" : ""))
    return RestartPolicy(name: name, maximumRetryCount: MaximumRetryCount)
  }
}
