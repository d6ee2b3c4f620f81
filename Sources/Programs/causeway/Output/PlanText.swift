import EngineAPI
import EngineClient

extension Invocation {
  /// Prints what a request would do to the host, and has nothing done.
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
    .flag("plan", nil, "Show what would be done to this host's network, and do nothing")
  }
}
