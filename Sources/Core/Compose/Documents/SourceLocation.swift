/// A position in a file. Lines and columns count from 1.
package struct SourceLocation: Sendable, Hashable, CustomStringConvertible {
  package let file: String
  package let line: Int
  package let column: Int

  package init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  package var description: String { "\(file):\(line):\(column)" }
}

/// Why a project cannot be loaded: the location, what was found and what was expected.
package struct ComposeError: Error, Sendable, Hashable, CustomStringConvertible {
  /// `nil` when the error is not about a line of a file, for example for an option or a missing file.
  package let location: SourceLocation?
  package let message: String

  package init(_ location: SourceLocation?, _ message: String) {
    self.location = location
    self.message = message
  }

  package var description: String { location.map { "\($0): \(message)" } ?? message }
}
