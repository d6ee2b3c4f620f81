import EngineModel

extension SpecificationBuilder {
  var isNetworkHost: Bool { request.network == .host }
  var isIPCHost: Bool { hostConfiguration.ipcMode == "host" }
  var isUTSHost: Bool { hostConfiguration.utsMode == "host" }

  mutating func addNamespaces() throws(EngineError) {
    var namespaces = [OCISpecification.Namespace(.mount)]
    switch request.network {
    case .host: break
    case .namespace(let path): namespaces.append(.init(.network, path: path))
    case .new: namespaces.append(.init(.network))
    }
    try addJoinable(.pid, hostConfiguration.pidMode, private: ["", "private"], to: &namespaces)
    try addJoinable(.ipc, hostConfiguration.ipcMode, private: ["", "private", "shareable", "none"], to: &namespaces)
    switch hostConfiguration.utsMode {
    case "": namespaces.append(.init(.uts))
    case "host": break
    default: throw EngineError(.invalidParameter, "invalid UTS mode: \(hostConfiguration.utsMode)")
    }
    switch hostConfiguration.cgroupnsMode {
    case "private": namespaces.append(.init(.cgroup))
    case "host": break
    // As Docker: private with cgroup v2, the host's with v1.
    case "": if host.cgroupMode == .unified, !isPrivileged { namespaces.append(.init(.cgroup)) }
    default: throw EngineError(.invalidParameter, "invalid cgroup mode: \(hostConfiguration.cgroupnsMode)")
    }
    guard ["", "host"].contains(hostConfiguration.usernsMode) else {
      throw EngineError(.invalidParameter, "invalid userns mode: \(hostConfiguration.usernsMode)")
    }
    specification.linux.namespaces = namespaces
    addNames()
  }

  private func addJoinable(
    _ kind: OCISpecification.Namespace.Kind, _ mode: String, private own: Set<String>,
    to namespaces: inout [OCISpecification.Namespace]
  ) throws(EngineError) {
    if own.contains(mode) {
      namespaces.append(.init(kind))
    } else if mode.hasPrefix("container:") {
      guard let pid = request.joined[kind.rawValue] else {
        throw EngineError(
          .conflict, "cannot join \(kind.rawValue.uppercased()) of a non running container: \(mode.dropFirst(10))")
      }
      namespaces.append(.init(kind, path: "/proc/\(pid)/ns/\(kind.rawValue)"))
    } else if mode != "host" {
      throw EngineError(.invalidParameter, "invalid \(kind.rawValue.uppercased()) mode: \(mode)")
    }
  }

  /// Host and domain name.
  private mutating func addNames() {
    if isUTSHost { return }
    specification.hostname = hostname
    // As runc 1.1 has no `domainname`, Docker sets it as a sysctl.
    if !configuration.domainname.isEmpty {
      specification.linux.sysctl = ["kernel.domainname": configuration.domainname]
    }
  }

  var hostname: String {
    if isUTSHost { return host.hostname }
    if !configuration.hostname.isEmpty { return configuration.hostname }
    return isNetworkHost ? host.hostname : request.container.id.short
  }

  mutating func addSysctls() throws(EngineError) {
    var settings: [String: String] = specification.linux.sysctl ?? [:]
    if !isNetworkHost, !isJoinedNetwork {
      // Docker's defaults: any user may open low ports and send pings, since the namespace is the container's own.
      settings["net.ipv4.ip_unprivileged_port_start"] = "0"
      settings["net.ipv4.ping_group_range"] = "0 2147483647"
    }
    for (key, value) in hostConfiguration.sysctls {
      if key.hasPrefix("net."), isNetworkHost {
        throw EngineError(.invalidParameter, "sysctl '\(key)' is not allowed in host network namespace")
      }
      if key.hasPrefix("kernel.msg") || key.hasPrefix("kernel.sem") || key.hasPrefix("kernel.shm")
        || key.hasPrefix("fs.mqueue."), isIPCHost
      {
        throw EngineError(.invalidParameter, "sysctl '\(key)' is not allowed in host ipc namespace")
      }
      settings[key] = value
    }
    specification.linux.sysctl = settings.isEmpty ? nil : settings
  }

  private var isJoinedNetwork: Bool {
    if case .container = hostConfiguration.networkMode { return true }
    return false
  }
}
