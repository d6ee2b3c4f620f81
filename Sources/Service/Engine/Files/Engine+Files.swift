import Addressing
import EngineModel
import Glibc
import Kernel
import NetworkPlan

extension Engine {
  /// Writes a container's `hostname`, `hosts` and `resolv.conf` for a start. They are rewritten in place, because the
  /// container sees them through bind mounts. As in Docker, a `resolv.conf` that a user changed stays, also after the
  /// container's end.
  func writeFiles(of container: Container) throws {
    let files = files(of: container.id)
    try makeFolder(files.folder, 0o710)
    let hostname = container.configuration.hostname
    try writeFile(files.hostname, hostname + "\n")
    let hosts = hostsText(container)
    try writeFile(files.hosts, hosts)
    try writeFile(files.writtenHosts, hosts, mode: 0o600)
    try updateResolverFile(of: container)
  }

  /// Writes what has changed since into the files of a container that runs. What a user changed in them stays.
  func updateFiles(of container: Container) throws {
    let files = files(of: container.id)
    let new = hostsText(container)
    // An older engine kept no copy.
    let written = (try? readFile(files.writtenHosts)) ?? new
    if new != written, let current = try Self.edited(files.hosts) {
      try writeFile(files.hosts, HostsFile.merged(current, from: written, to: new))
      try writeFile(files.writtenHosts, new, mode: 0o600)
    }
    try updateResolverFile(of: container)
  }

  private func updateResolverFile(of container: Container) throws {
    let files = files(of: container.id)
    let new = resolverText(container)
    if let written = try? readFile(files.writtenResolverConfiguration),
      try Self.edited(files.resolverConfiguration) != written
    {
      return
    }
    try writeFile(files.resolverConfiguration, new)
    try writeFile(files.writtenResolverConfiguration, new, mode: 0o600)
  }

  /// The contents of a file that the container may write; `nil` when it is too large to be what it should be.
  private static func edited(_ path: String) throws -> String? {
    let file = try OwnedDescriptor(path: path, flags: O_RDONLY)
    guard (0...1 << 20).contains(lseek(file.number, 0, SEEK_END)) else { return nil }
    return try readFile(path)
  }

  private func hostsText(_ container: Container) -> String {
    let intents = endpointIntents(container)
    var file = HostsFile()
    let addresses = hostAddresses(allEndpointIntents(container))
    for alias in container.host.extraHosts.compactMap(HostAlias.init) {
      for address in alias.address.map({ [$0] }) ?? addresses {
        file.lines.append(HostsFile.Line(address: address, names: [alias.name]))
      }
    }
    if container.host.networkMode == .host {
      // The container has the host's names and its own additions.
      return ((try? readFile("/etc/hosts")) ?? HostsFile().text) + file.addition
    }
    let givenNames = Set(container.host.extraHosts.compactMap(HostAlias.init).map(\.name))
    let names = Self.hostNames.filter { !givenNames.contains($0) }
    if !names.isEmpty {
      for address in addresses { file.lines.append(HostsFile.Line(address: address, names: names)) }
    }
    for linked in links(of: container) {
      let names = [linked.link.alias, linked.container.configuration.hostname, linked.container.name]
      var seen: Set<String> = []
      for address in linked.addresses {
        file.lines.append(HostsFile.Line(address: address, names: names.filter { seen.insert($0).inserted }))
        seen = []
      }
    }
    let configuration = container.configuration
    var own = [configuration.hostname]
    if !configuration.domainname.isEmpty { own.insert("\(configuration.hostname).\(configuration.domainname)", at: 0) }
    for intent in intents {
      for address in intent.endpoint.addresses { file.lines.append(HostsFile.Line(address: address, names: own)) }
    }
    return file.text
  }

  private func resolverText(_ container: Container) -> String {
    let choice = resolverChoice(container)
    guard container.host.networkMode == .host else { return choice.file.text }
    var file = choice.file
    file.servers = choice.upstreams
    file.options.removeAll { choice.isEmbedded && $0 == "ndots:0" }
    return file.text
  }
}

/// Makes a folder and its missing parents. A folder that exists keeps its mode.
func makeFolder(_ path: String, _ mode: mode_t = 0o711) throws {
  if mkdir(path, mode) == 0 || errno == EEXIST { return }
  guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
    throw SystemCallError.last("mkdir", path)
  }
  try makeFolder(String(path[..<slash]))
  if mkdir(path, mode) != 0, errno != EEXIST { throw SystemCallError.last("mkdir", path) }
}

/// Overwrites a file in place, so that bind mounts of it stay valid.
func writeFile(_ path: String, _ text: String, mode: mode_t = 0o644) throws {
  let file = try OwnedDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
  var bytes = Array(text.utf8)[...]
  while !bytes.isEmpty {
    let count = bytes.withUnsafeBytes { write(file.number, $0.baseAddress, $0.count) }
    if count < 0 {
      if errno == EINTR { continue }
      throw SystemCallError.last("write", path)
    }
    bytes = bytes.dropFirst(count)
  }
}
