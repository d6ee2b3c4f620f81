import JSON
import EngineAPI

/// Evaluates a template for one value.
struct TemplateEvaluation {
  private(set) var output = ""
  private var variables: [(name: String, value: JSONValue)]
  private let labels: LabelSource

  /// How evaluation continues after a node.
  enum ControlFlow { case proceed, continueRange, breakRange }

  init(root: JSONValue, labels: LabelSource = .none) {
    variables = [("", root)]
    self.labels = labels
  }

  mutating func run(_ nodes: [Template.Node], dot: JSONValue) throws(TemplateError) -> ControlFlow {
    for node in nodes {
      var flow = ControlFlow.proceed
      switch node {
      case .text(let text): output += text
      case .output(let expression): output += try value(expression, dot).templateText
      case .assign(let name, let expression, let isNew):
        let result = try value(expression, dot)
        if !isNew, let index = variables.lastIndex(where: { $0.name == name }) {
          variables[index].value = result
        } else {
          variables.append((name, result))
        }
      case .branch(let condition, let body, let otherwise):
        flow = try scoped(try value(condition, dot).isTrue ? body : otherwise, dot)
      case .with(let condition, let body, let otherwise):
        let result = try value(condition, dot)
        flow = if result.isTrue { try scoped(body, result) } else { try scoped(otherwise, dot) }
      case .range(let source, let index, let element, let body, let otherwise):
        try range(try value(source, dot), index, element, body, otherwise, dot)
      case .exitRange(let isBreak): return isBreak ? .breakRange : .continueRange
      }
      guard flow == .proceed else { return flow }
    }
    return .proceed
  }

  private mutating func scoped(_ nodes: [Template.Node], _ dot: JSONValue) throws(TemplateError) -> ControlFlow {
    let depth = variables.count
    let flow = try run(nodes, dot: dot)
    variables.removeSubrange(depth...)
    return flow
  }

  private mutating func range(
    _ source: JSONValue, _ index: String?, _ element: String?, _ body: [Template.Node], _ otherwise: [Template.Node],
    _ dot: JSONValue
  ) throws(TemplateError) {
    let pairs: [(JSONValue, JSONValue)]
    switch source {
    case .array(let values): pairs = values.enumerated().map { (.number(String($0)), $1) }
    case .object(let members):
      pairs = members.sorted { $0.name < $1.name }.map { (.string($0.name), $0.value) }
    case .number(let text):
      // Since Go 1.22, `range` accepts a number and counts from zero.
      guard let count = Int(text), count <= 1_000_000 else { throw TemplateError("range can't iterate over \(text)") }
      pairs = (0..<max(0, count)).map { (.number(String($0)), .number(String($0))) }
    case .null: pairs = []
    default: throw TemplateError("range can't iterate over \(source.templateText)")
    }
    guard !pairs.isEmpty else {
      _ = try scoped(otherwise, dot)
      return
    }
    for (key, value) in pairs {
      let depth = variables.count
      if let index { variables.append((index, key)) }
      if let element { variables.append((element, value)) }
      let flow = try run(body, dot: value)
      variables.removeSubrange(depth...)
      if flow == .breakRange { return }
    }
  }

  private func value(_ expression: Template.Expression, _ dot: JSONValue) throws(TemplateError) -> JSONValue {
    switch expression {
    case .field(let names): return try follow(names, from: dot)
    case .literal(let value): return value
    case .path(let inner, let names): return try follow(names, from: try value(inner, dot))
    case .method(let receiver, let arguments): return try called(receiver, arguments, dot)
    case .variable(let name, let names):
      guard let found = variables.last(where: { $0.name == name }) else {
        throw TemplateError("undefined variable \(("$" + name).quoted)")
      }
      return try follow(names, from: found.value)
    case .call(let name, let arguments):
      var values: [JSONValue] = []
      for argument in arguments {
        let result = try value(argument, dot)
        values.append(result)
        // These two functions stop at the deciding argument, so that a guarded field is not read.
        if name == "and", !result.isTrue { return result }
        if name == "or", result.isTrue { return result }
      }
      return try TemplateFunctions.call(name, values)
    }
  }

  /// The only method is `.Label`.
  private func called(
    _ receiver: Template.Expression, _ arguments: [Template.Expression], _ dot: JSONValue
  ) throws(TemplateError) -> JSONValue {
    let name: String? =
      switch receiver {
      case .field(let names), .variable(_, let names), .path(_, let names): names.last
      default: nil
      }
    guard name == "Label", arguments.count == 1, let label = labels.label(try value(arguments[0], dot).templateText)
    else { throw TemplateError("\(name ?? "") has arguments but cannot be invoked as function") }
    return .string(label)
  }

  private func follow(_ names: [String], from start: JSONValue) throws(TemplateError) -> JSONValue {
    var value = start
    /// Whether the value is in a map with user-chosen keys, where a missing key is not an error.
    var isMap = false
    for name in names {
      switch value {
      case .object(let members):
        // The names in Go's structures and on the wire differ in case: APIVersion, ApiVersion.
        let next = value[name] ?? members.first { $0.name.lowercased() == name.lowercased() }?.value
        guard let next = next ?? (isMap ? .null : nil) else {
          throw TemplateError("map has no entry for key \(name.quoted)")
        }
        value = next
        // A missing map entry has no members at any depth.
        isMap = Self.maps.contains(name) || (isMap && next == .null)
      case .null where isMap: continue
      case .null: throw TemplateError("nil pointer evaluating interface {}.\(name)")
      default: throw TemplateError("can't evaluate field \(name) in type \(value.goType)")
      }
    }
    return value
  }

  /// Members that are maps with user-chosen keys.
  private static let maps: Set<String> = [
    "Labels", "Options", "Ports", "PortBindings", "ExposedPorts", "Networks", "Volumes", "Sysctls", "Tmpfs",
    "Annotations", "StorageOpt", "Containers", "Status", "DriverOpts", "Runtimes", "AuxiliaryAddresses",
  ]
}

extension JSONValue {
  /// Go's truth: everything but zero and empty values.
  var isTrue: Bool {
    switch self {
    case .null: false
    case .bool(let value): value
    case .number(let text): Double(text) != 0
    case .string(let text): !text.isEmpty
    case .array(let values): !values.isEmpty
    case .object(let members): !members.isEmpty
    }
  }

  fileprivate var goType: String {
    switch self {
    case .null: "nil"
    case .bool: "bool"
    case .number: "float64"
    case .string: "string"
    case .array: "[]interface {}"
    case .object: "map[string]interface {}"
    }
  }
}
