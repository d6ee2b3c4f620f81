import Glibc
import Kernel

/// What the engine found out about its host when it started.
struct HostEnvironment: Sendable {
  var hostname = ""
  var hasIPv6 = false
  /// Control groups are those of version 2 alone.
  var hasUnifiedCgroups = false
  /// `ip_local_port_range`: ports that the host gives to whoever does not care.
  var ephemeralPorts: ClosedRange<UInt16> = 32768...60999
  /// The resolver configuration, as it was read.
  var resolver = ResolverFile()

  static func read(resolverConfiguration: String) -> HostEnvironment {
    var facts = HostEnvironment()
    facts.hostname = (try? readFile("/proc/sys/kernel/hostname"))?.trimmed ?? ""
    let disabled = (try? readFile("/proc/sys/net/ipv6/conf/all/disable_ipv6"))?.trimmed
    facts.hasIPv6 = disabled == "0"
    if let range = try? readFile("/proc/sys/net/ipv4/ip_local_port_range") {
      let bounds = range.split { $0 == " " || $0 == "\t" || $0 == "\n" }.compactMap { UInt16($0) }
      if bounds.count == 2, bounds[0] > 0, bounds[0] <= bounds[1] { facts.ephemeralPorts = bounds[0]...bounds[1] }
    }
    facts.hasUnifiedCgroups = access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0
    facts.resolver = ResolverFile((try? readFile(resolverConfiguration)) ?? "")
    return facts
  }
}

extension String {
  var trimmed: String {
    var text = self[...]
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text.drop(while: \.isWhitespace))
  }
}
