import EngineAPI

extension DetachKeys {
  /// - Throws: ``UsageError`` with the message of Docker's command line.
  init(argument text: String) throws(UsageError) {
    do throws(UnknownKey) {
      try self.init(text)
    } catch {
      throw .value("invalid detach keys (\(text)): Unknown character: '\(error.key)'")
    }
  }
}
