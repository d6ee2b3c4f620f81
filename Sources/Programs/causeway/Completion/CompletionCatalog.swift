/// What the arguments and the options of the commands are.
enum CompletionCatalog {
  /// The kinds of a command's arguments, in order; the last goes for all that follow.
  static func arguments(of command: Command) -> [CompletionKind] {
    byPath[command.paths[0].joined(separator: " ")] ?? [.nothing]
  }

  private static let byPath: [String: [CompletionKind]] = [
    "container attach": [.running, .nothing], "container commit": [.containers(), .images, .nothing],
    "container cp": [.copyEnd], "container create": [.images, .files], "container diff": [.containers(), .nothing],
    "container exec": [.containers(["running"]), .files], "container export": [.containers(), .nothing],
    "container inspect": [.containers()], "container kill": [.running], "container logs": [.containers(), .nothing],
    "container pause": [.containers(["running"])], "container port": [.containers(), .nothing],
    "container rename": [.containers(), .nothing], "container restart": [.containers()],
    "container rm": [.containers()], "container run": [.images, .files],
    "container start": [.containers(["created", "exited"])], "container stats": [.running],
    "container stop": [.running], "container top": [.containers(["running"]), .nothing],
    "container unpause": [.containers(["paused"])], "container update": [.containers()], "container wait": [.running],
    "image build": [.files, .nothing], "image history": [.images, .nothing], "image import": [.files, .nothing],
    "image inspect": [.images],
    "image ls": [.images, .nothing], "image pull": [.images, .nothing], "image push": [.images, .nothing],
    "image rm": [.images], "image save": [.images], "image tag": [.images, .images, .nothing],
    "network connect": [.networks, .containers(), .nothing],
    "network disconnect": [.networks, .containers(), .nothing],
    "network inspect": [.networks], "network map": [.networks], "network rm": [.networks],
    "explain": [
      .either([.containers(["running"]), .words(["host", "outside"])]),
      .either([.containers(), .words(["host", "outside"])]), .nothing,
    ],
    "cluster rm": [.nodes],
    "volume inspect": [.volumes], "volume rm": [.volumes],
    "context export": [.contexts, .files], "context import": [.nothing, .files], "context inspect": [.contexts],
    "context rm": [.contexts], "context update": [.contexts, .nothing],
    "context use": [.contexts, .nothing],
    "inspect": [.objects], "config check": [.files, .nothing],
  ]

  /// What an option takes.
  static func value(of option: OptionSpecification, in command: Command?) -> CompletionKind {
    if let words = words(of: option.name, command?.paths[0] ?? []) { return .words(words) }
    switch option.name {
    case "network": return .either([.networks, .words(["bridge", "host", "none", "container:"])])
    case "volumes-from", "link": return .containers()
    case "volume": return .either([.volumes, .files])
    case "pid", "ipc": return .words(["host", "private", "container:"])
    case "context", "from": return .contexts
    case "cidfile", "config", "env-file", "input", "label-file", "output", "tlscacert", "tlscert", "tlskey", "device",
      "mount", "file", "iidfile":
      return .files
    default: return .nothing
    }
  }

  private static func words(of option: String, _ path: [String]) -> [String]? {
    let isNetwork = path.first == "network"
    let isVolume = path.first == "volume"
    switch option {
    case "restart": return ["always", "no", "on-failure", "on-failure:", "unless-stopped"]
    case "pull": return ["always", "missing", "never"]
    case "log-driver": return ["json-file", "local", "none"]
    case "log-level": return ["debug", "info", "warn", "error", "fatal"]
    case "signal", "stop-signal": return SignalName.all
    case "format": return ["json", "table"]
    case "driver": return isNetwork ? ["bridge", "ipvlan", "macvlan", "host", "none"] : ["local"]
    case "type": return path == ["inspect"] ? ["container", "image", "network", "volume"] : nil
    case "cgroupns", "uts", "userns": return option == "cgroupns" ? ["host", "private"] : ["host"]
    case "cap-add", "cap-drop": return ["ALL"] + Capabilities.names
    case "attach": return ["stdin", "stdout", "stderr"]
    case "tail": return ["all"]
    case "filter":
      switch (isNetwork, isVolume, path.last) {
      case (_, _, "events"): return keys(["container", "event", "image", "label", "network", "type", "volume"])
      case (_, _, "prune"): return keys(["label", "until"])
      case (true, _, _): return keys(["dangling", "driver", "id", "label", "name", "scope", "type"])
      case (_, true, _): return keys(["dangling", "driver", "label", "name"])
      default:
        guard path.first == "image" else {
          return keys([
            "ancestor", "before", "exited", "expose", "health", "id", "label", "name", "network", "publish", "since",
            "status", "volume",
          ])
        }
        return keys(["before", "dangling", "label", "reference", "since", "until"])
      }
    default: return nil
    }
  }

  private static func keys(_ names: [String]) -> [String] { names.map { $0 + "=" } }
}

enum Capabilities {
  static let names = [
    "AUDIT_CONTROL", "AUDIT_READ", "AUDIT_WRITE", "BLOCK_SUSPEND", "BPF", "CHECKPOINT_RESTORE", "CHOWN", "DAC_OVERRIDE",
    "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE", "LINUX_IMMUTABLE", "MAC_ADMIN",
    "MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW", "PERFMON", "SETFCAP",
    "SETGID", "SETPCAP", "SETUID", "SYSLOG", "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT", "SYS_MODULE", "SYS_NICE",
    "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "WAKE_ALARM",
  ]
}
