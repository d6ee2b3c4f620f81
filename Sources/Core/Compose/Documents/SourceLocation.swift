/// A position in a file. Lines and columns count from 1.
public struct SourceLocation: Sendable, Hashable, CustomStringConvertible {
  public let file: String
  public let line: Int
  public let column: Int

  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  public var description: String { "\(file):\(line):\(column)" }
}

/// Why a project cannot be loaded: the location, what was found and what was expected.
public struct ComposeError: Error, Sendable, Hashable, CustomStringConvertible {
  /// `nil` when the error is not about a line of a file, for example for an option or a missing file.
  public let location: SourceLocation?
  public let message: String

  public init(_ location: SourceLocation?, _ message: String) {
    self.location = location
    self.message = message
  }

  public var description: String { location.map { "\($0): \(message)" } ?? message }
}
