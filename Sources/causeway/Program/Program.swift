import EngineAPI
import EngineClient
import Glibc

/// The entry point: finds the command, reads its words, and turns what goes wrong into Docker's messages and codes.
@main
struct Program {
  let name: String
  let words: [String]

  static func main() async {
    // A reader that went away ends a command quietly through the failing write.
    signal(SIGPIPE, SIG_IGN)
    let arguments = CommandLine.arguments
    let called = arguments.first?.split(separator: "/").last.map(String.init) ?? "causeway"
    // Under the name of the command it stands in for, messages and help speak of that name.
    let program = Program(name: called == "docker" ? "docker" : "causeway", words: Array(arguments.dropFirst()))
    // Not returning runs no destructors of threads that wait in the kernel.
    let code = await program.run()
    RawTerminal.restoreActive()
    exit(code)
  }

  private var help: HelpText { HelpText(program: name, width: Descriptor.output.size?.width ?? 80) }

  func run() async -> Int32 {
    let globals: ParsedOptions
    do {
      globals = try OptionParser(GlobalOptions.specifications, order: .optionsFirst).parse(words)
    } catch {
      return refuse(error.message, usage: "Usage:  \(name) [OPTIONS] COMMAND [ARG...]", command: name, code: 125)
    }
    let rest = globals.arguments
    if globals.flag("version") {
      Descriptor.output.write("Causeway version \(BuildVersion.version)\n")
      return 0
    }
    guard let first = rest.first, first != "help" || rest.count > 1 else {
      Descriptor.output.write(OverviewText(help: help).program())
      return 0
    }
    let asked = first == "help" ? Array(rest.dropFirst()) + ["--help"] : rest
    guard let (command, path) = CommandCatalog.find(asked) else { return unknown(asked) }
    return await run(command, path: path, words: Array(asked.dropFirst(path.count)), globals: globals)
  }

  private func unknown(_ words: [String]) -> Int32 {
    guard let group = CommandGroup.named(words[0]) else {
      Descriptor.error.write(
        "\(name): unknown command: \(name) \(words[0])\n\nRun '\(name) --help' for more information\n")
      return 1
    }
    guard words.count > 1, !words[1].hasPrefix("-") else {
      Descriptor.output.write(OverviewText(help: help).group(group))
      return 0
    }
    let called = "\(name) \(group.name)"
    Descriptor.error.write(
      "\(name): unknown command: \(called) \(words[1])\n\nUsage:  \(called)\n\nRun '\(called) --help' for more information\n")
    return 1
  }

  private func run(_ command: Command, path: [String], words: [String], globals: ParsedOptions) async -> Int32 {
    let called = command.name(calledBy: path, program: name)
    let usage = help.usageLine(command, calledBy: path)
    do {
      let options = try OptionParser(command.options, order: command.order).parse(words)
      guard !options.wantsHelp else {
        Descriptor.output.write(help.text(for: command, calledBy: path))
        return 0
      }
      try command.arguments.check(options.arguments.count, command: called)
      let host = try EngineHost.chosen(option: globals.text("host"), environment: Invocation.environment)
      if command.passesSignals(options) { SignalQueue.block() }
      let invocation = Invocation(
        program: name, path: path, options: options, engine: EngineSession(host: host, version: try apiVersion()))
      return try await command.run(invocation)
    } catch let error as UsageError {
      switch error.kind {
      case .grammar: return refuse(error.message, usage: usage, command: called, code: 125)
      case .arguments:
        return refuse(
          "\(name): \(error.message)", usage: usage, command: called, code: 1, hint: command.arguments.hint)
      case .value:
        guard command.failureCode == 125 else {
          Descriptor.error.write(error.message + "\n")
          return command.failureCode
        }
        return refuse("\(name): \(error.message)", usage: nil, command: called, code: 125)
      }
    } catch let error as ExitCode {
      return error.code
    } catch {
      let message = Self.message(for: error)
      guard command.failureCode == 125 else {
        Descriptor.error.write(message + "\n")
        return command.failureCode
      }
      return refuse("\(name): \(message)", usage: nil, command: called, code: RunFailure.code(for: error))
    }
  }

  /// `DOCKER_API_VERSION` overrides the version that is spoken, as it does for Docker's command line.
  private func apiVersion() throws(UsageError) -> APIVersion {
    guard let text = Invocation.environment("DOCKER_API_VERSION"), !text.isEmpty else { return .current }
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
    case let unreachable as EngineUnreachable: unreachable.message
    case let error as TemplateError: "template parsing error: template: \(error.message)"
    case let error as CommandFailure: error.message
    default: "\(error)"
    }
  }
}
