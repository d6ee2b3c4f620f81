extension Command {
  /// Writes the manual pages. `make install` calls it.
  static var manual: Command {
    Command(
      "__manual", usage: "FOLDER", summary: "Write the manual pages", arguments: .exactly(1), usesEngine: false,
      isHidden: true
    ) { invocation in
      let folder = invocation.arguments[0]
      try LocalFile.makeFolder(folder)
      for page in ManualPage.all {
        try LocalFile.write(Array(page.text.utf8), to: "\(folder)/\(page.fileName)", mode: 0o644)
      }
      return 0
    }
  }
}
