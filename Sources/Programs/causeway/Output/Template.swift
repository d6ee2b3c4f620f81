import JSON
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
    /// The last name of a path called with arguments, as `.Label "key"`.
    case method(Expression, [Expression])
  }

  indirect enum Node: Equatable, Sendable {
    case text(String)
    case output(Expression)
    case assign(String, Expression, isNew: Bool)
    case branch(Expression, [Node], [Node])
    case with(Expression, [Node], [Node])
    /// The names of the index's and the element's variables.
    case range(Expression, index: String?, element: String?, [Node], [Node])
    /// Ends a range, or goes on with its next element.
    case leave(isOver: Bool)
  }

  let nodes: [Node]

  init(_ text: String) throws(TemplateError) {
    var parser = TemplateParser(pieces: try TemplateLexer.pieces(text)[...])
    nodes = try parser.parse()
  }

  /// - Throws: ``TemplateError`` when a name is missing or a function does not apply.
  ///
  /// - Parameter labels: what `.Label "key"` means.
  func text(for value: JSONValue, labels: LabelSource = .none) throws(TemplateError) -> String {
    var evaluation = TemplateEvaluation(root: value, labels: labels)
    _ = try evaluation.run(nodes, dot: value)
    return evaluation.output
  }
}
