extension Command {
  /// Called by the shells' completion scripts. The arguments are the words of the command line; the last one is
  /// incomplete.
  static var complete: Command {
    Command(
      "__complete", usage: "WORD...", summary: "Complete a command line", arguments: .atLeast(0),
      order: .optionsFirst, isHidden: true
    ) { invocation in
      let words = invocation.arguments
      let answer = await Completion(names: CompletionNames(invocation: invocation).all)
        .answer(words: Array(words.dropLast()), current: words.last ?? "")
      Descriptor.output.write(answer.text)
      return 0
    }
  }
}
