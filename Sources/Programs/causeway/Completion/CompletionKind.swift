/// What may stand in a place of the command line.
enum CompletionKind: Equatable, Sendable {
  /// Containers in any of the states; all of them when none is named.
  case containers([String] = [])
  case networks
  case images
  case volumes
  case contexts
  /// Hosts that networks span.
  case nodes
  /// Whatever `inspect` shows.
  case objects
  case files
  case words([String])
  /// Several of these at once: a volume's name or a path, say.
  case either([CompletionKind])
  /// `CONTAINER:PATH` or a path of this host.
  case copyEnd
  case nothing

  static let running = Self.containers(["running", "paused", "restarting"])
}

/// One word that may stand there, and what it is.
struct CompletionCandidate: Hashable, Sendable {
  let word: String
  var help = ""
}

/// What a shell is to offer.
struct CompletionAnswer: Equatable, Sendable {
  var candidates: [CompletionCandidate] = []
  /// Files of this host are offered, too.
  var wantsFiles = false
  /// The word goes on after what is offered: no space is put behind it.
  var goesOn = false

  /// A line for each candidate, word and help with a tab between them, and a line of directives at the end.
  var text: String {
    var directives = ":"
    if wantsFiles { directives += " files" }
    if goesOn { directives += " nospace" }
    return candidates.map { candidate in
      let help = candidate.help.prefix { !$0.isNewline }
      return help.isEmpty ? candidate.word + "\n" : "\(candidate.word)\t\(help)\n"
    }.joined() + directives + "\n"
  }
}
