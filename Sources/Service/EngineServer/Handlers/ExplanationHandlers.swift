internal import Engine
internal import EngineAPI
internal import EngineModel
internal import Explanation
internal import NIOHTTP1

/// `/causeway/v1/explain`: why one party can or cannot reach another.
struct ExplanationHandlers: Sendable {
  let engine: Engine

  var routes: [Route] {
    [Route(.GET, "/causeway/v1/explain", explain)]
  }

  private func explain(_ request: ServerRequest) async throws -> ServerResponse {
    guard let from = request.parameter("from"), let to = request.parameter("to") else {
      throw EngineError(.invalidParameter, "who asks (from) and who is asked (to) must be named")
    }
    let explanation = try await engine.explain(from: from, to: to, via: request.parameter("via"))
    return try .json(Wire.Explanation(explanation))
  }
}

extension Wire.Explanation {
  init(_ explanation: Explanation) {
    self.init()
    From = explanation.from
    To = explanation.to
    Reachable = explanation.isReachable
    Verdict = explanation.verdict
    Steps = explanation.steps.map { step in
      var shown = Wire.ExplanationStep()
      shown.Mark = step.mark.rawValue
      shown.Text = step.text
      shown.Fact = step.fact
      return shown
    }
    Unknowns = explanation.unknowns
    Advice = explanation.advice.map { advice in
      var shown = Wire.ExplanationAdvice()
      shown.Text = advice.text
      shown.Command = advice.command ?? ""
      return shown
    }
  }
}
