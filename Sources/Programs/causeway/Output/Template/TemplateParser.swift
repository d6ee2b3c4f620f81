import JSON
import EngineAPI

/// Builds the tree of a template from its segments.
struct TemplateParser {
  typealias Token = TemplateLexer.Token

  private enum End { case input, end, elseBranch, elseIf([Token]) }

  var segments: ArraySlice<TemplateLexer.Segment>

  init(segments: ArraySlice<TemplateLexer.Segment>) { self.segments = segments }

  mutating func parse() throws(TemplateError) -> [Template.Node] {
    let (nodes, end) = try block()
    guard case .input = end else { throw TemplateError("unexpected {{end}}") }
    return nodes
  }

  private mutating func block() throws(TemplateError) -> ([Template.Node], End) {
    var nodes: [Template.Node] = []
    while let segment = segments.popFirst() {
      switch segment {
      case .text(let text): nodes.append(.text(text))
      case .action(let tokens):
        switch tokens.first {
        case .word("end"): return (nodes, .end)
        case .word("else"):
          return (nodes, tokens.count > 1 ? .elseIf(Array(tokens.dropFirst())) : .elseBranch)
        case .word("if"), .word("with"), .word("range"): nodes.append(try control(tokens))
        case .word("break"): nodes.append(.exitRange(isBreak: true))
        case .word("continue"): nodes.append(.exitRange(isBreak: false))
        case nil: throw TemplateError("missing value for command")
        default: nodes.append(try simple(tokens))
        }
      }
    }
    return (nodes, .input)
  }

  private mutating func control(_ tokens: [Token]) throws(TemplateError) -> Template.Node {
    guard case .word(let keyword) = tokens.first else { throw TemplateError("unexpected action") }
    var head = tokens.dropFirst()
    var variables: [String] = []
    if let define = head.firstIndex(of: .sign(":=")) {
      for token in head[..<define] {
        if case .variable(let name, _) = token { variables.append(name) }
      }
      head = head[(define + 1)...]
    }
    let condition = try expression(head)
    let (body, end) = try block()
    var otherwise: [Template.Node] = []
    switch end {
    case .end: break
    case .elseBranch:
      let (nodes, end) = try block()
      guard case .end = end else { throw TemplateError("expected {{end}}") }
      otherwise = nodes
    case .elseIf(let tokens): otherwise = [try control(tokens)]
    case .input: throw TemplateError("unexpected EOF")
    }
    switch keyword {
    case "if":
      guard let name = variables.first else { return .branch(condition, body, otherwise) }
      return .branch(condition, [.assign(name, condition, isNew: true)] + body, otherwise)
    case "with":
      guard let name = variables.first else { return .with(condition, body, otherwise) }
      return .with(condition, [.assign(name, .field([]), isNew: true)] + body, otherwise)
    default:
      return .range(
        condition, index: variables.count == 2 ? variables[0] : nil, element: variables.last, body, otherwise)
    }
  }

  private func simple(_ tokens: [Token]) throws(TemplateError) -> Template.Node {
    if tokens.count > 2, case .variable(let name, let names) = tokens[0], names.isEmpty,
      case .sign(let sign) = tokens[1], sign == ":=" || sign == "="
    {
      return .assign(name, try expression(tokens[2...]), isNew: sign == ":=")
    }
    return .output(try expression(tokens[...]))
  }

  private func expression(_ tokens: ArraySlice<Token>) throws(TemplateError) -> Template.Expression {
    var rest = tokens
    let result = try pipeline(&rest)
    guard rest.isEmpty else { throw TemplateError("unexpected token in command") }
    return result
  }

  /// Commands separated by `|`. Each result is the last argument of the next command.
  private func pipeline(_ rest: inout ArraySlice<Token>) throws(TemplateError) -> Template.Expression {
    var result = try command(&rest, piped: nil)
    while rest.first == .sign("|") {
      rest = rest.dropFirst()
      result = try command(&rest, piped: result)
    }
    return result
  }

  private func command(_ rest: inout ArraySlice<Token>, piped: Template.Expression?) throws(TemplateError)
    -> Template.Expression
  {
    if case .word(let name) = rest.first, !["true", "false", "nil"].contains(name) {
      guard TemplateFunctions.names.contains(name) else {
        throw TemplateError("function \(name.quoted) not defined")
      }
      rest = rest.dropFirst()
      var arguments: [Template.Expression] = []
      while let argument = try operand(&rest) { arguments.append(argument) }
      if let piped { arguments.append(piped) }
      return .call(name, arguments)
    }
    guard let first = try operand(&rest) else { throw TemplateError("missing value for command") }
    var arguments: [Template.Expression] = []
    while let argument = try operand(&rest) { arguments.append(argument) }
    if let piped { arguments.append(piped) }
    guard !arguments.isEmpty else { return first }
    switch first {
    case .field(let names) where !names.isEmpty, .variable(_, let names) where !names.isEmpty,
      .path(_, let names) where !names.isEmpty:
      return .method(first, arguments)
    default: throw TemplateError("can't give argument to non-function")
    }
  }

  private func operand(_ rest: inout ArraySlice<Token>) throws(TemplateError) -> Template.Expression? {
    guard let token = rest.first else { return nil }
    switch token {
    case .field(let names): rest = rest.dropFirst(); return .field(names)
    case .variable(let name, let names): rest = rest.dropFirst(); return .variable(name, names)
    case .string(let text): rest = rest.dropFirst(); return .literal(.string(text))
    case .number(let text): rest = rest.dropFirst(); return .literal(.number(text))
    case .word("true"): rest = rest.dropFirst(); return .literal(.bool(true))
    case .word("false"): rest = rest.dropFirst(); return .literal(.bool(false))
    case .word("nil"): rest = rest.dropFirst(); return .literal(.null)
    case .word(let name):
      guard TemplateFunctions.names.contains(name) else {
        throw TemplateError("function \(name.quoted) not defined")
      }
      rest = rest.dropFirst()
      return .call(name, [])
    case .sign("("):
      rest = rest.dropFirst()
      let inner = try pipeline(&rest)
      guard rest.first == .sign(")") else { throw TemplateError("unclosed left paren") }
      rest = rest.dropFirst()
      if case .field(let names) = rest.first, !names.isEmpty {
        rest = rest.dropFirst()
        return .path(inner, names)
      }
      return inner
    case .sign: return nil
    }
  }
}
