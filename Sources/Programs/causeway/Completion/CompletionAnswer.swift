/// A word that completes the command line, with its description.
struct CompletionCandidate: Hashable, Sendable {
  let word: String
  var help = ""
}

/// The answer to a shell.
struct CompletionAnswer: Equatable, Sendable {
  var candidates: [CompletionCandidate] = []
  /// Whether the shell also offers local files.
  var offersFiles = false
  /// Whether the word continues after a candidate, so that the shell adds no space.
  var suppressesSpace = false

  /// One line for each candidate, with a tab between word and help, and a last line with directives.
  var text: String {
    var directives = ":"
    if offersFiles { directives += " files" }
    if suppressesSpace { directives += " nospace" }
    return candidates.map { candidate in
      let help = candidate.help.prefix { !$0.isNewline }
      return help.isEmpty ? candidate.word + "\n" : "\(candidate.word)\t\(help)\n"
    }.joined() + directives + "\n"
  }
}
