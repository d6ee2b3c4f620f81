/// What the engine has told each plugin since it started. It is never stored.
struct PluginSessions: Sendable {
  /// Drivers for several hosts that know this one, and by which address.
  private(set) var announcements: [String: String] = [:]
  /// IPAM plugins that this engine has not asked yet whether they want a replay of their requests.
  private(set) var pendingReplays: Set<String> = []
  private var replays: [String: Task<Void, any Error>] = [:]

  mutating func didAnnounce(to plugin: String, address: String) { announcements[plugin] = address }

  /// The plugin did not answer: it is told again.
  mutating func didFailToAnnounce(to plugin: String) { announcements[plugin] = nil }

  mutating func expectReplays(of plugins: Set<String>) { pendingReplays = plugins }

  mutating func didReplay(_ plugin: String) { pendingReplays.remove(plugin) }

  func replay(of plugin: String) -> Task<Void, any Error>? { replays[plugin] }

  mutating func beginReplay(of plugin: String, _ task: Task<Void, any Error>) { replays[plugin] = task }

  mutating func endReplay(of plugin: String) { replays[plugin] = nil }
}
