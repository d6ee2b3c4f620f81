import Testing

@testable import causeway

/// Compares the options of every command with the help of this machine's `docker` command.
struct FlagParityTests {
  /// Docker's options that Causeway does not have, and why.
  static let exceptions: [String: Set<String>] = [
    // Mounts Docker's own socket and logins into a container; marked experimental.
    "container run": ["use-api-socket"], "container create": ["use-api-socket"],
    // A tree of the variants of an image for several platforms: the engine keeps one.
    "image ls": ["tree"],
    // Volumes of a swarm's cluster.
    "volume create": [
      "availability", "group", "limit-bytes", "required-bytes", "scope", "secret", "sharing", "topology-preferred",
      "topology-required", "type",
    ],
    "volume ls": ["cluster"],
    // Older versions of Docker's command line wrote a context for stacks on Kubernetes, too.
    "context create": ["default-stack-orchestrator", "kubernetes"],
    "context update": ["default-stack-orchestrator", "kubernetes"],
    "context export": ["kubeconfig"],
    // Older versions had an option for what is a filter now.
    "search": ["automated", "stars"],
    "system df": [], "system prune": [],
  ]

  /// Docker's command groups that Causeway does not have, and why.
  static let otherGroups: Set<String> = [
    // Swarm, and what needs it.
    "config", "node", "secret", "service", "stack", "swarm",
    // Signatures by Notary, lists of manifests and snapshots of processes, the latter two marked experimental.
    "trust", "manifest", "checkpoint",
    // BuildKit's own command.
    "buildx",
    // Programs of their own.
    "app", "scan", "compose", "engine",
  ]

  static let otherCommands: Set<String> = [
    "volume update", "plugin create", "plugin disable",
    "plugin enable",
    "plugin inspect", "plugin install", "plugin push", "plugin rm", "plugin set", "plugin upgrade", "system dial-stdio",
  ]

  private static func help(_ words: [String]) throws -> String {
    String(decoding: try ChildProcess.run("docker", words + ["--help"], input: []).1, as: UTF8.self)
  }

  /// The commands that a help lists.
  private static func commands(_ help: String) -> [String] {
    var isList = false
    return help.split(separator: "\n").compactMap { line in
      if line.first != " " { isList = line.hasSuffix("Commands:") }
      guard isList, line.hasPrefix("  "), line.dropFirst(2).first?.isLetter == true else { return nil }
      return String(line.dropFirst(2).prefix { $0 != " " && $0 != "*" })
    }
  }

  /// The options that a help lists, with their letters.
  private static func options(_ help: String) -> [String: Character?] {
    var options: [String: Character?] = [:]
    for line in help.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard line.hasPrefix("  -") || line.hasPrefix("      --"), let first = words.first else { continue }
      if first.hasPrefix("--") {
        options[String(first.dropFirst(2))] = .some(nil)
      } else if words.count > 1, words[1].hasPrefix("--") {
        options[String(words[1].dropFirst(2))] = first.dropFirst().first
      }
    }
    return options
  }

  @Test func everyDockerOptionExists() throws {
    var compared = 0
    for group in Self.commands(try Self.help([])) where !Self.otherGroups.contains(group) {
      let members = Self.commands(try Self.help([group]))
      for words in members.isEmpty ? [[group]] : members.map({ [group, $0] }) {
        let name = words.joined(separator: " ")
        guard let (command, path) = CommandCatalog.find(words), path == words else {
          #expect(Self.otherCommands.contains(name), "docker \(name) is missing")
          continue
        }
        compared += 1
        let excepted = Self.exceptions[command.paths[0].joined(separator: " ")] ?? []
        for (option, letter) in Self.options(try Self.help(words)) where !excepted.contains(option) {
          let ours = command.options.first { $0.name == option || $0.aliases.contains(option) }
          #expect(ours != nil, "docker \(name) --\(option)")
          if let ours, ours.name == option { #expect(ours.shorthand == letter, "docker \(name) --\(option)") }
        }
      }
    }
    // Otherwise an unreadable help would count as a help without options.
    #expect(compared > 60)
  }

  @Test func everyGlobalDockerOptionExists() throws {
    for (option, letter) in Self.options(try Self.help([])) {
      let ours = GlobalOptions.specifications.first { $0.name == option }
      #expect(ours != nil && ours?.shorthand == letter, "docker --\(option)")
    }
  }
}
