import EngineAPI

/// A template in the language of Go's `text/template`, as far as `--format` is used: fields, pipelines, variables, `if`,
/// `range`, `with`, comparison, and Docker's own functions (``TemplateFunctions``).
struct Template: Sendable {
  indirect enum Expression: Equatable, Sendable {
    /// Names followed from the dot.
    case field([String])
    case variable(String, [String])
    case literal(JSONValue)
    case call(String, [Expression])
    /// A parenthesised pipeline, and the names followed from its result.
    case path(Expression, [String])
  }

  indirect enum Node: Equatable, Sendable {
    case text(String)
    case output(Expression)
    case assign(String, Expression, isNew: Bool)
    case branch(Expression, [Node], [Node])
    case with(Expression, [Node], [Node])
    /// The names of the index's and the element's variables.
    case range(Expression, index: String?, element: String?, [Node], [Node])
  }

  let nodes: [Node]

  init(_ text: String) throws(TemplateError) {
    var parser = TemplateParser(pieces: try TemplateLexer.pieces(text)[...])
    nodes = try parser.parse()
  }

  /// - Throws: ``TemplateError`` when a name is missing or a function does not apply.
  func text(for value: JSONValue) throws(TemplateError) -> String {
    var evaluation = TemplateEvaluation(root: value)
    try evaluation.run(nodes, dot: value)
    return evaluation.output
  }
}
