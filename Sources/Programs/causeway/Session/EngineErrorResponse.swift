/// An error response of the engine.
struct EngineErrorResponse: Error, Equatable {
  let status: Int
  let message: String
}
