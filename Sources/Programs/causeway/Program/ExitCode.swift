/// Ends the command with an exit code and no further message.
struct ExitCode: Error, Equatable {
  let code: Int32
  init(_ code: Int32) { self.code = code }
}
