/// What the engine answered instead of doing what it was asked.
struct EngineRefusal: Error, Equatable {
  let status: Int
  let message: String
}

/// Ends the command with a code and nothing more to say: the message was given, or the code is a container's.
struct ExitCode: Error, Equatable {
  let code: Int32
  init(_ code: Int32) { self.code = code }
}
