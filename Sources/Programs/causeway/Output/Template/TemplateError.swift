/// A template that cannot be parsed or evaluated.
struct TemplateError: Error, Equatable {
  let message: String
  init(_ message: String) { self.message = message }
}
