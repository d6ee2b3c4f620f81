/// Completes a command line by the grammar of the commands. A closure supplies the names of objects.
struct Completion: Sendable {
  /// Returns the names of one kind of object.
  typealias Names = @Sendable (CompletionKind) async -> [CompletionCandidate]

  let names: Names

  /// - Parameters:
  ///   - words: the words before the current one, without the program's name.
  ///   - current: the incomplete word.
  func answer(words: [String], current: String) async -> CompletionAnswer {
    let (globals, rest, pending) = Self.split(words, GlobalOptions.specifications, order: .optionsFirst)
    if let pending { return await value(of: pending, in: nil, prefix: "", current) }
    guard !rest.isEmpty else {
      if current.hasPrefix("-") { return await options(GlobalOptions.specifications, given: globals, nil, current) }
      return Self.matching(Self.topLevel, current)
    }
    guard let (command, path) = CommandCatalog.find(rest) else {
      guard rest.count == 1, let group = CommandGroup.named(rest[0]) else { return CompletionAnswer() }
      return Self.matching(Self.members(of: group), current)
    }
    return await complete(command, Array(rest.dropFirst(path.count)), current)
  }

  private func complete(_ command: Command, _ words: [String], _ current: String) async -> CompletionAnswer {
    let (given, arguments, pending) = Self.split(words, command.options, order: command.order)
    if let pending { return await value(of: pending, in: command, prefix: "", current) }
    let mayBeOption = !words.contains("--") && (command.order == .interspersed || arguments.isEmpty)
    if current.hasPrefix("-"), mayBeOption { return await options(command.options, given: given, command, current) }
    let kinds = CompletionCatalog.arguments(of: command)
    let kind = kinds[min(arguments.count, kinds.count - 1)]
    // An object that the command line already names is not offered again.
    return await self.answer(kind, current, without: Set(arguments))
  }

  // MARK: Options

  private func options(
    _ options: [OptionSpecification], given: [String], _ command: Command?, _ current: String
  ) async -> CompletionAnswer {
    if current.hasPrefix("--"), let equals = current.firstIndex(of: "=") {
      let name = String(current[..<equals].dropFirst(2))
      guard let option = options.first(where: { $0.name == name || $0.aliases.contains(name) }) else {
        return CompletionAnswer()
      }
      return await value(
        of: option, in: command, prefix: String(current[...equals]), String(current[current.index(after: equals)...]))
    }
    let candidates = options.filter { option in
      guard !option.isHidden else { return false }
      switch option.kind {
      case .list, .commaSeparated: return true
      default: return !given.contains(option.name)
      }
    }.sorted { $0.name < $1.name }.map { CompletionCandidate(word: "--\($0.name)", help: $0.help) }
    let help = CompletionCandidate(word: "--help", help: "Print usage")
    return Self.matching(candidates + (candidates.contains { $0.word == help.word } ? [] : [help]), current)
  }

  private func value(
    of option: OptionSpecification, in command: Command?, prefix: String, _ current: String
  ) async -> CompletionAnswer {
    if option.isFlag {
      return Self.matching(["true", "false"].map { CompletionCandidate(word: prefix + $0) }, prefix + current)
    }
    var answer = await answer(CompletionCatalog.value(of: option, in: command), current, without: [])
    answer.candidates = answer.candidates.map { CompletionCandidate(word: prefix + $0.word, help: $0.help) }
    return answer
  }

  // MARK: Values

  private func answer(_ kind: CompletionKind, _ current: String, without used: Set<String>) async -> CompletionAnswer {
    switch kind {
    case .nothing: return CompletionAnswer()
    case .files: return CompletionAnswer(offersFiles: true)
    case .words(let words): return Self.matching(words.map { CompletionCandidate(word: $0) }, current)
    case .either(let kinds):
      var whole = CompletionAnswer()
      for kind in kinds {
        let part = await answer(kind, current, without: used)
        whole.candidates += part.candidates
        whole.offersFiles = whole.offersFiles || part.offersFiles
        whole.suppressesSpace = whole.suppressesSpace || part.suppressesSpace
      }
      return whole
    case .copyLocation:
      guard !current.contains(":"), !current.contains("/") else { return CompletionAnswer(offersFiles: true) }
      let containers = await names(.containers()).map { CompletionCandidate(word: $0.word + ":", help: $0.help) }
      var answer = Self.matching(containers, current)
      answer.offersFiles = true
      return answer
    default: return Self.matching(await names(kind).filter { !used.contains($0.word) }, current)
    }
  }

  // MARK: Commands

  static let topLevel: [CompletionCandidate] =
    (CommandGroup.all.map { CompletionCandidate(word: $0.name, help: $0.summary) }
    + CommandCatalog.all.filter { !$0.isHidden }.flatMap { command in
      command.paths.filter { $0.count == 1 }.map { CompletionCandidate(word: $0[0], help: command.summary) }
    }).sorted { $0.word < $1.word }

  static func members(of group: CommandGroup) -> [CompletionCandidate] {
    CommandCatalog.all.flatMap { command in
      command.paths.filter { $0.count == 2 && $0[0] == group.name }
        .map { CompletionCandidate(word: $0[1], help: command.summary) }
    }.sorted { $0.word < $1.word }
  }

  private static func matching(_ candidates: [CompletionCandidate], _ current: String) -> CompletionAnswer {
    let fitting = candidates.filter { $0.word.hasPrefix(current) }
    let suppressesSpace = !fitting.isEmpty && fitting.allSatisfy { ["=", ":"].contains($0.word.last) }
    return CompletionAnswer(candidates: fitting, suppressesSpace: suppressesSpace)
  }

  // MARK: Words

  /// Separates options from arguments without validating them.
  ///
  /// - Returns: the names of the options, the arguments, and the option that still needs a value.
  private static func split(_ words: [String], _ options: [OptionSpecification], order: OptionParser.Order)
    -> (given: [String], arguments: [String], pending: OptionSpecification?)
  {
    var given: [String] = []
    var arguments: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        arguments += rest
        break
      }
      guard word.hasPrefix("-"), word.count > 1 else {
        arguments.append(word)
        guard order == .interspersed else {
          arguments += rest
          break
        }
        continue
      }
      let option: OptionSpecification?
      if word.hasPrefix("--") {
        let name = word.dropFirst(2).prefix { $0 != "=" }
        option = options.first { $0.name == name || $0.aliases.contains(String(name)) }
      } else {
        // In a cluster of short flags, only the last one may take its value from the next word.
        let letters = word.dropFirst()
        let taking = letters.firstIndex { letter in options.contains { $0.shorthand == letter && !$0.isFlag } }
        let last = taking.map { letters[$0] } ?? letters[letters.startIndex]
        option = options.first { $0.shorthand == last }
        if let taking, letters.index(after: taking) != letters.endIndex {
          if let option { given.append(option.name) }
          continue
        }
      }
      guard let option else { continue }
      given.append(option.name)
      guard !option.isFlag, !(word.hasPrefix("--") && word.contains("=")) else { continue }
      guard rest.popFirst() != nil else { return (given, arguments, option) }
    }
    return (given, arguments, nil)
  }
}
