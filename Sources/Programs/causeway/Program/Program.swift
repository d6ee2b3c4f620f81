import EngineAPI
import EngineClient
import Glibc
import TransportSecurity

/// The entry point: finds the command, reads its words, and turns what goes wrong into Docker's messages and codes.
@main
struct Program {
  let name: String
  let words: [String]

  /// Not asynchronous: an asynchronous one hands the main thread to a loop that takes every signal, blocked or not. The
  /// main thread waits for signals instead, and a task does the work.
  static func main() {
    // A reader that went away ends a command quietly through the failing write.
    signal(SIGPIPE, SIG_IGN)
    let arguments = CommandLine.arguments
    let called = arguments.first?.split(separator: "/").last.map(String.init) ?? "causeway"
    // Under the name of the command it stands in for, messages and help speak of that name.
    var words = Array(arguments.dropFirst())
    if let plugin = ComposePlugin(called: called, arguments: words, environment: Invocation.environment) {
      if let metadata = plugin.metadata {
        Descriptor.output.write(metadata + "\n")
        exit(0)
      }
      words = plugin.words
    }
    let program = Program(name: called.hasPrefix("docker") ? "docker" : "causeway", words: words)
    switch program.read() {
    case .done(let code): exit(code)
    case .call(let call):
      let passesSignals = call.command.passesSignals(call.options)
      if passesSignals { SignalQueue.block() }
      // Detached: the entry point belongs to the main actor, whose thread waits below.
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

  /// A command and what it was given.
  private struct Call: Sendable {
    var command: Command
    var path: [String]
    var options: ParsedOptions
    var globals: ParsedOptions
  }

  private enum Reading {
    /// All is said: help was asked for, or the words cannot be read.
    case done(Int32)
    case call(Call)
  }

  private var help: HelpText { HelpText(program: name, width: Descriptor.output.size?.width ?? 80) }

  private func read() -> Reading {
    let globals: ParsedOptions
    do {
      globals = try OptionParser(GlobalOptions.specifications, order: .optionsFirst).parse(words)
    } catch {
      return .done(
        refuse(error.message, usage: "Usage:  \(name) [OPTIONS] COMMAND [ARG...]", command: name, code: 125))
    }
    let rest = globals.arguments
    if globals.flag("version") {
      Descriptor.output.write("Causeway version \(BuildVersion.version)\n")
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

  private func unknown(_ words: [String]) -> Int32 {
    guard let group = CommandGroup.named(words[0]) else {
      Descriptor.error.write(
        "\(name): unknown command: \(name) \(words[0])\n\(hint(words[0], Completion.topLevel))"
          + "\nRun '\(name) --help' for more information\n")
      return 1
    }
    guard words.count > 1, !words[1].hasPrefix("-") else {
      Descriptor.output.write(OverviewText(help: help).group(group))
      return 0
    }
    let called = "\(name) \(group.name)"
    Descriptor.error.write(
      "\(name): unknown command: \(called) \(words[1])\n\(hint(words[1], Completion.members(of: group)))"
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
      } catch let refusal as EngineRefusal where command.failureCode != 125 {
        invocation.complain(await invocation.explained(refusal))
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
        code: RunFailure.code(for: error))
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
    var engine = EngineSession(host: EngineChoice.causeway)
    if call.command.usesEngine {
      let security = TLSChoice(
        globals: globals, environment: Invocation.environment, folder: configuration.folder, exists: SmallFile.exists)
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

  /// `DOCKER_API_VERSION` says which version to speak, as it does for Docker's command line; `nil`: what both know.
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

  /// What a person is told.
  static func message(for error: any Error) -> String {
    switch error {
    case let refusal as EngineRefusal: "Error response from daemon: \(refusal.message)"
    case let error as EngineConnectError: ConnectAdvice(error).text
    case let error as TemplateError: "template parsing error: template: \(error.message)"
    case let error as CommandFailure: error.message
    default: "\(error)"
    }
  }
}
