import EngineModel

extension SpecificationBuilder {
  var isNetworkHost: Bool { request.network == .host }
  var isIPCHost: Bool { hostConfiguration.ipcMode == "host" }
  var isUTSHost: Bool { hostConfiguration.utsMode == "host" }

  mutating func addNamespaces() throws(EngineError) {
    try checkModes()
    var namespaces = [OCISpecification.Namespace(.mount)]
    switch request.network {
    case .host: break
    case .namespace(let path): namespaces.append(.init(.network, path: path))
    case .new: namespaces.append(.init(.network))
    }
    try addJoinable(.pid, hostConfiguration.pidMode, to: &namespaces)
    try addJoinable(.ipc, hostConfiguration.ipcMode, to: &namespaces)
    if !isUTSHost { namespaces.append(.init(.uts)) }
    // As in Docker: private with cgroup v2, the host's with v1.
    let isPrivateByDefault = host.cgroupMode == .unified && !isPrivileged
    if hostConfiguration.cgroupnsMode == "private" || (hostConfiguration.cgroupnsMode.isEmpty && isPrivateByDefault) {
      namespaces.append(.init(.cgroup))
    }
    specification.linux.namespaces = namespaces
    addNames()
  }

  private func addJoinable(
    _ kind: OCISpecification.Namespace.Kind, _ mode: String, to namespaces: inout [OCISpecification.Namespace]
  ) throws(EngineError) {
    if mode.hasPrefix("container:") {
      guard let pid = request.joined[kind.rawValue] else {
        throw EngineError(
          .conflict, "cannot join \(kind.rawValue.uppercased()) of a non running container: \(mode.dropFirst(10))")
      }
      namespaces.append(.init(kind, path: "/proc/\(pid)/ns/\(kind.rawValue)"))
    } else if mode != "host" {
      namespaces.append(.init(kind))
    }
  }

  /// Host and domain name.
  private mutating func addNames() {
    if isUTSHost { return }
    specification.hostname = hostname
    // runc 1.1 does not support `domainname`, so Docker sets it as a sysctl.
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
      // Docker's defaults: any user may bind low ports and send pings, because the namespace belongs to the container.
      settings["net.ipv4.ip_unprivileged_port_start"] = "0"
      settings["net.ipv4.ping_group_range"] = "0 2147483647"
    }
    try checkSysctls()
    settings.merge(hostConfiguration.sysctls) { $1 }
    specification.linux.sysctl = settings.isEmpty ? nil : settings
  }

  private var isJoinedNetwork: Bool {
    if case .container = hostConfiguration.networkMode { return true }
    return false
  }
}
