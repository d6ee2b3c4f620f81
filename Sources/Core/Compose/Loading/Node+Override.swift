extension Node {
  /// This service with a file of one more service laid over it, as options of `run` change it.
  ///
  /// - Throws: ``ComposeError`` for what the file cannot hold.
  public func overridden(by text: String, service: String, directory: String) throws(ComposeError) -> Node {
    var result = self
    for document in try YAMLReader.documents(Array(text.utf8), file: "command line") {
      var check = SchemaCheck()
      let canonical = Canonical(directory: directory, home: nil)
      let file = try canonical.file(try check.check(document, ProjectSchema.file, path: ""))
      guard let later = file["services"]?[service] else { continue }
      result = try Merger.merge(result, later, path: ["services", service]) ?? result
    }
    return result
  }
}
