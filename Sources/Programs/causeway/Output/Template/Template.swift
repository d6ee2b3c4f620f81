import JSON
import EngineAPI

/// A template in the language of Go's `text/template`, as far as `--format` needs it: fields, pipelines, variables,
/// `if`, `range`, `with`, comparisons, and Docker's functions (``TemplateFunctions``).
struct Template: Sendable {
  indirect enum Expression: Equatable, Sendable {
    /// The field names, starting at the dot.
    case field([String])
    case variable(String, [String])
    case literal(JSONValue)
    case call(String, [Expression])
    /// A parenthesised pipeline and the field names after it.
    case path(Expression, [String])
    /// The last name of a path, called with arguments: `.Label "key"`.
    case method(Expression, [Expression])
  }

  indirect enum Node: Equatable, Sendable {
    case text(String)
    case output(Expression)
    case assign(String, Expression, isNew: Bool)
    case branch(Expression, [Node], [Node])
    case with(Expression, [Node], [Node])
    /// The names of the index and element variables.
    case range(Expression, index: String?, element: String?, [Node], [Node])
    /// `break`, or `continue` when `isBreak` is false.
    case exitRange(isBreak: Bool)
  }

  let nodes: [Node]

  init(_ text: String) throws(TemplateError) {
    var parser = TemplateParser(segments: try TemplateLexer.segments(text)[...])
    nodes = try parser.parse()
  }

  /// - Throws: ``TemplateError`` when a field is missing or a function does not apply.
  ///
  /// - Parameter labels: where `.Label "key"` finds its value.
  func text(for value: JSONValue, labels: LabelSource = .none) throws(TemplateError) -> String {
    var evaluation = TemplateEvaluation(root: value, labels: labels)
    _ = try evaluation.run(nodes, dot: value)
    return evaluation.output
  }
}
