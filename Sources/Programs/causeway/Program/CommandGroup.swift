/// A group of commands such as `network` or `container`.
struct CommandGroup: Sendable {
  let name: String
  let summary: String

  static let all = [
    CommandGroup(name: "builder", summary: "Manage builds"),
    CommandGroup(name: "cluster", summary: "Manage the nodes of the cluster"),
    CommandGroup(name: "config", summary: "Manage the engine's configuration"),
    CommandGroup(name: "container", summary: "Manage containers"),
    CommandGroup(name: "context", summary: "Manage contexts"),
    CommandGroup(name: "image", summary: "Manage images"),
    CommandGroup(name: "network", summary: "Manage networks"),
    CommandGroup(name: "plugin", summary: "Manage plugins"),
    CommandGroup(name: "system", summary: "Manage Causeway"),
    CommandGroup(name: "volume", summary: "Manage volumes"),
  ]

  static func named(_ name: String) -> CommandGroup? { all.first { $0.name == name } }
}
