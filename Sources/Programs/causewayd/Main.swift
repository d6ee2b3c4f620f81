import CLinux
import Engine
import EngineModel
import EngineServer
import EngineSettings
import Glibc
import Images
import Kernel
import Logging
import TransportSecurity

/// The daemon: reads the configuration, starts the engine, serves its API, and ends on a signal.
@main struct CausewayDaemon {
  static func main() async {
    // Most threads wait most of the time, so that one malloc arena for each would waste memory.
    linux_limit_malloc_arenas(2)
    // Builds run this program inside the build's own mount namespace.
    if CommandLine.arguments.dropFirst().first == StepMounts.command {
      do {
        return try StepMounts.main(Array(CommandLine.arguments.dropFirst(2)))
      } catch {
        fail("\(error)")
      }
    }
    do {
      let flags = try FlagParser.parse(Array(CommandLine.arguments.dropFirst()))
      if flags["help"] == ["true"] { return print(HelpText.usage) }
      if flags["version"] == ["true"] { return print(HelpText.version) }
      let configuration = try DaemonConfiguration(try settings(flags))
      if flags["validate"] == ["true"] { return print("configuration OK") }
      try await run(configuration)
    } catch {
      fail("\(error)")
    }
  }

  private static func fail(_ message: String) -> Never {
    let bytes = Array("\(message)\n".utf8)
    _ = write(2, bytes, bytes.count)
    exit(1)
  }

  private static func settings(_ flags: Settings) throws(UsageError) -> Settings {
    let path = flags["config-file"]?.last ?? Option.standardFile
    let bytes: [UInt8]
    do {
      bytes = try readBytes(path)
    } catch {
      guard flags["config-file"] != nil || error.errno != ENOENT else { return flags }
      throw UsageError(
        "unable to configure the engine with file \(path): open \(path): \(SystemCallError.reason(error.errno).lowercased())"
      )
    }
    let file = try ConfigurationFile.settings(bytes, path: path)
    return try ConfigurationFile.merge(flags: flags, file: file, path: path)
  }

  private static func run(_ configuration: DaemonConfiguration) async throws {
    guard geteuid() == 0 else {
      throw UsageError("causewayd needs to be started with root privileges")
    }
    // An unreadable certificate must stop the engine before it changes anything.
    let tls = try configuration.tls.map(TLSContext.server)
    let logger = Logger(label: "causewayd") { _ in StandardErrorLog(level: configuration.logLevel) }
    let signals = try TerminationSignals.stream()
    // The engine has no configuration to reload; without a handler SIGHUP would end it.
    signal(SIGHUP) { _ in }
    let activated = SystemdActivation.takeSockets()
    let pidFile = EnginePidFile(path: configuration.pidFile)
    try pidFile.write()
    defer { pidFile.remove() }
    logger.info("starting \(HelpText.version), \(FileLimit.raise()) files may be open")
    for host in configuration.hosts { try host.checkFree(activated: activated) }
    let engine = try Engine(configuration: configuration.engine, logger: logger)
    logger.info("state in \(configuration.engine.dataRoot), run-time files in \(configuration.engine.execRoot)")
    try await engine.start()
    let server = EngineServer(engine: engine, logger: logger)
    do {
      for host in configuration.hosts {
        let places = try await server.listen(
          on: host, group: configuration.group, activated: activated, tls: tls)
        for place in places {
          logger.info("API listen on \(place)")
        }
      }
    } catch {
      await server.shutdown()
      await engine.shutdown()
      throw error
    }
    SystemdActivation.notify("READY=1\nSTATUS=serving")
    logger.info("initialization has completed")
    for await number in signals {
      logger.info("ending on signal \(number); containers go on")
      break
    }
    SystemdActivation.notify("STOPPING=1")
    await server.shutdown()
    await engine.shutdown()
    for case .unix(let path) in configuration.hosts where activated.isEmpty { unlink(path) }
    logger.info("ended")
  }
}
