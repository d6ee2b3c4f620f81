/// Where something stands in a file; lines and columns count from 1.
public struct Place: Sendable, Hashable, CustomStringConvertible {
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

/// Why a project cannot be had from its files: where, what was found and what was expected.
public struct ComposeError: Error, Sendable, Hashable, CustomStringConvertible {
  /// `nil` for what stands in no file: a flag, a file that is not there.
  public let place: Place?
  public let message: String

  public init(_ place: Place?, _ message: String) {
    self.place = place
    self.message = message
  }

  public var description: String { place.map { "\($0): \(message)" } ?? message }
}
