import Addressing

/// The contents of a `resolv.conf` (resolv.conf(5)).
struct ResolverFile: Sendable, Hashable {
  var servers: [IPAddress] = []
  var search: [String] = []
  var options: [String] = []

  init() {}

  init(_ text: String) {
    for line in text.split(whereSeparator: \.isNewline) {
      let fields = line.prefix { $0 != "#" && $0 != ";" }.split { $0 == " " || $0 == "\t" }.map(String.init)
      guard let keyword = fields.first else { continue }
      switch keyword {
      case "nameserver":
        // The zone names an interface of the host and has no meaning in a container.
        if fields.count > 1, let address = IPAddress(fields[1].prefix { $0 != "%" }) { servers.append(address) }
      case "search", "domain": search = Array(fields.dropFirst())
      case "options": options += fields.dropFirst()
      default: break
      }
    }
  }

  var text: String {
    var lines = servers.map { "nameserver \($0)" }
    // A single dot means an empty search list.
    let (search, options) = (search.filter(HostsFile.isWord), options.filter(HostsFile.isWord))
    if !search.isEmpty, search != ["."] { lines.append("search \(search.joined(separator: " "))") }
    if !options.isEmpty { lines.append("options \(options.joined(separator: " "))") }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The address of the engine's resolver in every sandbox that has it.
  static let embeddedServer = IPAddress.v4(IPv4Address(rawValue: 0x7F00_000B))
}

/// The resolver of a container, and the servers that it forwards to.
struct ResolverChoice: Sendable, Hashable {
  /// The contents of the container's file.
  var file: ResolverFile
  /// Whether the engine's resolver answers inside the container.
  var isEmbedded: Bool
  /// The servers that answer names which are not ours.
  var upstreams: [IPAddress]
  /// The servers come from the request or the engine's configuration, not from the host.
  var areUpstreamsGiven: Bool

  /// - Parameters:
  ///   - own: the options of the request.
  ///   - hasNames: the container is on a network whose names are resolved.
  init(own: ResolverFile, engine: ResolverFile, host: ResolverFile, hasNames: Bool) {
    let configuredServers = own.servers.isEmpty ? engine.servers : own.servers
    areUpstreamsGiven = !configuredServers.isEmpty
    upstreams = configuredServers.isEmpty ? host.servers : configuredServers
    var file = ResolverFile()
    file.search = own.search.isEmpty ? (engine.search.isEmpty ? host.search : engine.search) : own.search
    file.options = own.options.isEmpty ? (engine.options.isEmpty ? host.options : engine.options) : own.options
    // A container cannot reach a server on the host's loopback. The engine's resolver, which asks from the host, can.
    let needsHost = upstreams.isEmpty || upstreams.contains(where: \.isLoopback) && configuredServers.isEmpty
    isEmbedded = hasNames || needsHost
    if isEmbedded {
      file.servers = [ResolverFile.embeddedServer]
      if hasNames, !file.options.contains(where: { $0.hasPrefix("ndots:") }) { file.options.append("ndots:0") }
    } else {
      file.servers = upstreams
    }
    self.file = file
  }
}
