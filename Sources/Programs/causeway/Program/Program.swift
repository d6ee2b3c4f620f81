import EngineAPI
import EngineClient
import Glibc
import TransportSecurity

/// The entry point: finds the command, parses its arguments, and turns errors into Docker's messages and exit codes.
@main
struct Program {
  let name: String
  let arguments: [String]

  /// Not `async`: an asynchronous `main` gives the main thread to a loop that receives every signal, blocked or not.
  /// Here the main thread waits for signals, and a task runs the command.
  static func main() {
    // When the reader of a pipe exits, the failing write ends the command without a message.
    signal(SIGPIPE, SIG_IGN)
    let called = CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? "causeway"
    // A program that is called `docker` names itself so in messages and help.
    var arguments = Array(CommandLine.arguments.dropFirst())
    if let plugin = ComposePlugin(called: called, arguments: arguments, environment: Invocation.environment) {
      if let metadata = plugin.metadata {
        Descriptor.output.write(metadata + "\n")
        exit(0)
      }
      arguments = plugin.commandArguments
    }
    let program = Program(name: called.hasPrefix("docker") ? "docker" : "causeway", arguments: arguments)
    switch program.parse() {
    case .done(let code): exit(code)
    case .call(let call):
      let passesSignals = call.command.passesSignals(call.options)
      if passesSignals { SignalQueue.block() }
      // Detached, because the entry point belongs to the main actor, whose thread waits below.
      Task.detached {
        let code = await program.run(call)
        TerminalMode.restoreActive()
        exit(code)
      }
      while true {
        if passesSignals { SignalQueue.take() } else { pause() }
      }
    }
  }

  /// A command with its options.
  private struct Call: Sendable {
    var command: Command
    var path: [String]
    var options: ParsedOptions
    var globals: ParsedOptions
  }

  private enum CommandLineResult {
    /// The command line is fully handled: help was printed, or an error.
    case done(Int32)
    case call(Call)
  }

  private var help: HelpText { HelpText(program: name, width: Descriptor.output.size?.width ?? 80) }

  private func parse() -> CommandLineResult {
    let globals: ParsedOptions
    do {
      globals = try OptionParser(GlobalOptions.specifications, order: .optionsFirst).parse(arguments)
    } catch {
      return .done(
        refuse(error.message, usage: "Usage:  \(name) [OPTIONS] COMMAND [ARG...]", command: name, code: 125))
    }
    let rest = globals.arguments
    if globals.flag("version") {
      Descriptor.output.write("Causeway version \(Product.version)\n")
      return .done(0)
    }
    guard let first = rest.first, first != "help" || rest.count > 1 else {
      Descriptor.output.write(OverviewText(help: help).program())
      return .done(0)
    }
    let asked = first == "help" ? Array(rest.dropFirst()) + ["--help"] : rest
    guard let (command, path) = CommandCatalog.find(asked) else { return .done(unknown(asked)) }
    do {
      let options = try OptionParser(command.options, order: command.order)
        .parse(Array(asked.dropFirst(path.count)))
      guard !options.wantsHelp else {
        Descriptor.output.write(help.text(for: command, calledBy: path))
        return .done(0)
      }
      try command.arguments.check(
        options.arguments.count, command: command.name(calledBy: path, program: name))
      return .call(Call(command: command, path: path, options: options, globals: globals))
    } catch {
      return .done(refuse(error, command, calledBy: path))
    }
  }

  private func unknown(_ arguments: [String]) -> Int32 {
    guard let group = CommandGroup.named(arguments[0]) else {
      Descriptor.error.write(
        "\(name): unknown command: \(name) \(arguments[0])\n\(hint(arguments[0], Completion.topLevel))"
          + "\nRun '\(name) --help' for more information\n")
      return 1
    }
    guard arguments.count > 1, !arguments[1].hasPrefix("-") else {
      Descriptor.output.write(OverviewText(help: help).group(group))
      return 0
    }
    let called = "\(name) \(group.name)"
    Descriptor.error.write(
      "\(name): unknown command: \(called) \(arguments[1])\n\(hint(arguments[1], Completion.members(of: group)))"
        + "\nUsage:  \(called)\n\nRun '\(called) --help' for more information\n")
    return 1
  }

  private func hint(_ word: String, _ known: [CompletionCandidate]) -> String {
    Suggestion.sentence(word, among: known.map(\.word)).map { $0 + "\n" } ?? ""
  }

  private func run(_ call: Call) async -> Int32 {
    let command = call.command
    do {
      let invocation = try invocation(call)
      do {
        return try await command.run(invocation)
      } catch let response as EngineErrorResponse where command.failureCode != 125 {
        invocation.printError(await invocation.errorText(for: response))
        return command.failureCode
      }
    } catch let error as UsageError {
      return refuse(error, command, calledBy: call.path)
    } catch let error as ExitCode {
      return error.code
    } catch {
      let message = Self.message(for: error)
      guard command.failureCode == 125 else {
        Descriptor.error.write(message + "\n")
        return command.failureCode
      }
      return refuse(
        "\(name): \(message)", usage: nil, command: command.name(calledBy: call.path, program: name),
        code: RunExitCode.code(for: error))
    }
  }

  private func refuse(_ error: UsageError, _ command: Command, calledBy path: [String]) -> Int32 {
    let called = command.name(calledBy: path, program: name)
    let usage = help.usageLine(command, calledBy: path)
    switch error.kind {
    case .grammar: return refuse(error.message, usage: usage, command: called, code: 125)
    case .arguments:
      return refuse(
        "\(name): \(error.message)", usage: usage, command: called,
        code: command.failureCode == 125 ? 1 : command.failureCode, hint: command.arguments.hint)
    case .value:
      guard command.failureCode == 125 else {
        Descriptor.error.write(error.message + "\n")
        return command.failureCode
      }
      return refuse("\(name): \(error.message)", usage: nil, command: called, code: 125)
    }
  }

  private func invocation(_ call: Call) throws -> Invocation {
    let globals = call.globals
    let configuration = try ClientConfiguration(
      folder: ClientConfiguration.folder(option: globals.text("config"), environment: Invocation.environment))
    let hostOption = globals.text("host")
    let context = try EngineChoice.contextName(
      hostOption: hostOption, contextOption: globals.text("context"), environment: Invocation.environment,
      configuration: configuration)
    var engine = EngineSession(host: EngineChoice.defaultHost)
    if call.command.usesEngine {
      let security = TLSChoice(
        globals: globals, environment: Invocation.environment, folder: configuration.folder, exists: LocalFile.exists)
      let choice = try EngineChoice(
        context: context, hostOption: hostOption, environment: Invocation.environment, configuration: configuration,
        security: security)
      var secured: TLSContext?
      if case .tcp = choice.host { secured = try choice.security?.context() }
      engine = EngineSession(host: choice.host, version: try apiVersion(), security: secured)
    }
    return Invocation(
      program: name, path: call.path, options: call.options, engine: engine, configuration: configuration,
      contextName: context)
  }

  /// The API version in `DOCKER_API_VERSION`; `nil` to negotiate the newest common version.
  private func apiVersion() throws(UsageError) -> APIVersion? {
    guard let text = Invocation.environment("DOCKER_API_VERSION"), !text.isEmpty else { return nil }
    guard let version = APIVersion(text) else { throw .value("invalid API version: \(text)") }
    return version
  }

  private func refuse(_ message: String, usage: String?, command: String, code: Int32, hint: String = "Run")
    -> Int32
  {
    let usage = usage.map { "\n\($0)\n" } ?? ""
    Descriptor.error.write("\(message)\n\(usage)\n\(hint) '\(command) --help' for more information\n")
    return code
  }

  /// The message for the user.
  static func message(for error: any Error) -> String {
    switch error {
    case let response as EngineErrorResponse: "Error response from daemon: \(response.message)"
    case let error as EngineConnectError: ConnectAdvice(error).text
    case let error as TemplateError: "template parsing error: template: \(error.message)"
    case let error as CommandFailure: error.message
    default: "\(error)"
    }
  }
}
