/// Every command, found by the words that call it.
enum CommandCatalog {
  private static let makers: [@Sendable () -> Command] = [
    { .attach }, { .commit }, { .copy }, { .create }, { .diff }, { .exec }, { .export }, { .inspectContainer },
    { .kill }, { .logs }, { .listContainers }, { .pause }, { .port }, { .pruneContainers }, { .removeContainers },
    { .rename }, { .restart }, { .run }, { .start }, { .stats }, { .stop }, { .top }, { .unpause }, { .update },
    { .wait },
    { .build }, { .pruneBuildCache },
    { .history }, { .importImage }, { .inspectImage }, { .listImages }, { .load }, { .pruneImages }, { .pull },
    { .push }, { .removeImages }, { .save }, { .search }, { .tag }, { .login }, { .logout },
    { .createContext }, { .exportContext }, { .importContext }, { .inspectContext }, { .listContexts },
    { .removeContexts }, { .showContext }, { .updateContext }, { .useContext }, { .listPlugins },
    { .listClusterNodes }, { .removeClusterNodes },
    { .connect }, { .createNetwork }, { .disconnect }, { .inspectNetwork }, { .listNetworks }, { .mapNetworks },
    { .pruneNetworks }, { .removeNetworks },
    { .createVolume }, { .inspectVolume }, { .listVolumes }, { .pruneVolumes }, { .removeVolumes },
    { .compose }, { .checkConfiguration },
    { .complete }, { .manual },
    { .events }, { .explain }, { .info }, { .inspect }, { .plan }, { .diskUsage }, { .pruneSystem }, { .version },
  ]

  static var all: [Command] { makers.map { $0() } }

  /// The command that the words begin with, and how many of them are its name.
  static func find(_ words: [String]) -> (command: Command, path: [String])? {
    for length in [2, 1] where words.count >= length {
      let path = Array(words.prefix(length))
      for maker in makers {
        let command = maker()
        if command.paths.contains(path) { return (command, path) }
      }
    }
    return nil
  }
}
