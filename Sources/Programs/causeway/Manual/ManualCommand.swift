extension Command {
  /// Writes the pages of the manual: what `make install` calls.
  static var manual: Command {
    Command(
      "__manual", usage: "FOLDER", summary: "Write the pages of the manual", arguments: .exactly(1), usesEngine: false,
      isHidden: true
    ) { invocation in
      let folder = invocation.arguments[0]
      try SmallFile.makeFolder(folder)
      for page in ManualPage.all {
        try SmallFile.write(Array(page.text.utf8), to: "\(folder)/\(page.fileName)", mode: 0o644)
      }
      return 0
    }
  }
}
