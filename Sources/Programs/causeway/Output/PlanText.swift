import EngineAPI
import EngineClient

extension Invocation {
  /// Prints the plan of a request. The engine changes nothing.
  func showPlan(
    _ method: EngineRequest.Method, _ path: String, _ query: EngineSession.Query = [],
    body: (some Encodable)? = Wire.Empty?.none
  ) async throws {
    show(try await engine.plan(method, path, query, body: body))
  }

  func show(_ plan: Wire.Plan) { Descriptor.output.write(plan.Steps.map { $0 + "\n" }.joined()) }
}

extension OptionSpecification {
  static var plan: OptionSpecification {
    .flag("plan", nil, "Show the changes to this host's network without making them")
  }
}
