/// All commands, found by name.
enum CommandCatalog {
  private static let factories: [@Sendable () -> Command] = [
    { .containerAttach }, { .containerCommit }, { .containerCopy }, { .containerCreate }, { .containerDiff },
    { .containerExec }, { .containerExport }, { .containerInspect },
    { .containerKill }, { .containerLogs }, { .containerList }, { .containerPause }, { .containerPort },
    { .containerPrune }, { .containerRemove },
    { .containerRename }, { .containerRestart }, { .containerRun }, { .containerStart }, { .containerStats },
    { .containerStop }, { .containerTop }, { .containerUnpause }, { .containerUpdate },
    { .containerWait },
    { .imageBuild }, { .builderPrune },
    { .imageHistory }, { .imageImport }, { .imageInspect }, { .imageList }, { .imageLoad }, { .imagePrune },
    { .imagePull },
    { .imagePush }, { .imageRemove }, { .imageSave }, { .search }, { .imageTag }, { .login }, { .logout },
    { .contextCreate }, { .contextExport }, { .contextImport }, { .contextInspect }, { .contextList },
    { .contextRemove }, { .contextShow }, { .contextUpdate }, { .contextUse }, { .pluginList },
    { .clusterList }, { .clusterRemove },
    { .networkConnect }, { .networkCreate }, { .networkDisconnect }, { .networkInspect }, { .networkList },
    { .networkMap },
    { .networkPrune }, { .networkRemove },
    { .volumeCreate }, { .volumeInspect }, { .volumeList }, { .volumePrune }, { .volumeRemove },
    { .compose }, { .configCheck },
    { .complete }, { .manual },
    { .systemEvents }, { .explain }, { .systemInfo }, { .inspect }, { .plan }, { .systemDiskUsage }, { .systemPrune },
    { .version },
  ]

  static var all: [Command] { factories.map { $0() } }

  /// Finds the command that the words start with, and the words of its name.
  static func find(_ words: [String]) -> (command: Command, path: [String])? {
    for length in [2, 1] where words.count >= length {
      let path = Array(words.prefix(length))
      for factory in factories {
        let command = factory()
        if command.paths.contains(path) { return (command, path) }
      }
    }
    return nil
  }
}
