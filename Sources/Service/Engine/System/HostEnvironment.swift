import Glibc
import Kernel

/// Facts about the host, read when the engine starts.
struct HostEnvironment: Sendable {
  var hostname = ""
  var hasIPv6 = false
  /// The host has only cgroup v2.
  var hasUnifiedCgroups = false
  /// `ip_local_port_range`: the kernel's ephemeral ports.
  var ephemeralPorts: ClosedRange<UInt16> = 32768...60999
  /// The host's resolver configuration; the engine follows its changes.
  var resolver = ResolverFile()

  static func read(resolverConfiguration: String) -> HostEnvironment {
    var environment = HostEnvironment()
    environment.hostname = (try? readFile("/proc/sys/kernel/hostname"))?.trimmed ?? ""
    let disabled = (try? readFile("/proc/sys/net/ipv6/conf/all/disable_ipv6"))?.trimmed
    environment.hasIPv6 = disabled == "0"
    if let range = try? readFile("/proc/sys/net/ipv4/ip_local_port_range") {
      let bounds = range.split { $0 == " " || $0 == "\t" || $0 == "\n" }.compactMap { UInt16($0) }
      if bounds.count == 2, bounds[0] > 0, bounds[0] <= bounds[1] { environment.ephemeralPorts = bounds[0]...bounds[1] }
    }
    environment.hasUnifiedCgroups = access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0
    environment.resolver = ResolverFile((try? readFile(resolverConfiguration)) ?? "")
    return environment
  }
}

extension String {
  var trimmed: String {
    var text = self[...]
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text.drop(while: \.isWhitespace))
  }
}
