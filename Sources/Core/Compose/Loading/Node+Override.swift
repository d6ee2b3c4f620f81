extension Node {
  /// This service merged with a document that describes it too. `run` applies its options this way.
  ///
  /// - Throws: ``ComposeError`` when the document is not valid.
  package func overridden(by text: String, service: String, directory: String) throws(ComposeError) -> Node {
    var result = self
    for document in try YAMLReader.documents(Array(text.utf8), file: "command line") {
      var validator = SchemaValidator()
      let normalizer = Normalizer(directory: directory, home: nil)
      let file = try normalizer.file(try validator.validate(document, ProjectSchema.file, path: ""))
      guard let later = file["services"]?[service] else { continue }
      result = try DocumentMerger.merge(result, later, path: ["services", service]) ?? result
    }
    return result
  }
}
