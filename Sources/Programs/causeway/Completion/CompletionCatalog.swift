import EngineModel

/// Maps commands and options to the kinds of values that complete them.
enum CompletionCatalog {
  /// The kinds of a command's arguments, in order. The last one applies to all further arguments.
  static func arguments(of command: Command) -> [CompletionKind] {
    byPath[command.paths[0].joined(separator: " ")] ?? [.nothing]
  }

  private static let byPath: [String: [CompletionKind]] = [
    "container attach": [.running, .nothing], "container commit": [.containers(), .images, .nothing],
    "container cp": [.copyLocation], "container create": [.images, .files],
    "container diff": [.containers(), .nothing],
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

  /// The kind of an option's value. An entry for the command wins over one for its group, and that over one for the
  /// option's name alone.
  static func value(of option: OptionSpecification, in command: Command?) -> CompletionKind {
    let path = command?.paths[0] ?? []
    let scopes = [path, Array(path.dropLast()), []]
    return scopes.lazy.compactMap { byOption[($0 + [option.name]).joined(separator: " ")] }.first ?? .nothing
  }

  private static let byOption: [String: CompletionKind] = [
    "network": .either([.networks, .words(["bridge", "host", "none", "container:"])]),
    "volumes-from": .containers(), "link": .containers(), "volume": .either([.volumes, .files]),
    "pid": .words(["host", "private", "container:"]), "ipc": .words(["host", "private", "container:"]),
    "context": .contexts, "from": .contexts,
    "cidfile": .files, "config": .files, "env-file": .files, "input": .files, "label-file": .files, "output": .files,
    "tlscacert": .files, "tlscert": .files, "tlskey": .files, "device": .files, "mount": .files, "file": .files,
    "iidfile": .files,
    "restart": .words(["always", "no", "on-failure", "on-failure:", "unless-stopped"]),
    "pull": .words(["always", "missing", "never"]), "log-driver": .words(LogDriver.names),
    "log-level": .words(["debug", "info", "warn", "error", "fatal"]),
    "signal": .words(SignalName.all), "stop-signal": .words(SignalName.all), "format": .words(["json", "table"]),
    "driver": .words(["local"]), "network driver": .words(["bridge", "ipvlan", "macvlan", "host", "none"]),
    "inspect type": .words(["container", "image", "network", "volume"]),
    "cgroupns": .words(["host", "private"]), "uts": .words(["host"]), "userns": .words(["host"]),
    "cap-add": .words(["ALL"] + Capabilities.names), "cap-drop": .words(["ALL"] + Capabilities.names),
    "attach": .words(["stdin", "stdout", "stderr"]), "tail": .words(["all"]),
    "filter": filters(
      "ancestor", "before", "exited", "expose", "health", "id", "label", "name", "network", "publish", "since",
      "status", "volume"),
    "network filter": filters("dangling", "driver", "id", "label", "name", "scope", "type"),
    "volume filter": filters("dangling", "driver", "label", "name"),
    "image filter": filters("before", "dangling", "label", "reference", "since", "until"),
    "system events filter": filters("container", "event", "image", "label", "network", "type", "volume"),
    "builder prune filter": pruneFilters, "container prune filter": pruneFilters, "image prune filter": pruneFilters,
    "network prune filter": pruneFilters, "system prune filter": pruneFilters, "volume prune filter": pruneFilters,
  ]

  private static let pruneFilters = filters("label", "until")

  private static func filters(_ keys: String...) -> CompletionKind { .words(keys.map { $0 + "=" }) }
}
