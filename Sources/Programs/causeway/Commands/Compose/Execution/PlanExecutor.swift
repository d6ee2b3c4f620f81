import Compose

/// Runs the steps of a plan. A step starts as soon as the steps before it are done; independent steps run concurrently.
/// After a failure no new step starts, and the running ones are awaited.
struct PlanExecutor: Sendable {
  let engine: EngineSession
  let board: ProgressBoard
  /// The largest number of concurrent steps.
  let limit: Int
  var interruption: Interruption?

  init(engine: EngineSession, board: ProgressBoard, limit: Int, interruption: Interruption? = .current) {
    self.engine = engine
    self.board = board
    self.limit = limit
    self.interruption = interruption
  }

  func run(_ plan: Plan) async throws {
    var blockers: [Int: Set<Int>] = [:]
    var dependents: [Int: [Int]] = [:]
    var ready: [Int] = []
    for step in plan.steps {
      if step.after.isEmpty { ready.append(step.id) } else { blockers[step.id] = step.after }
      for before in step.after { dependents[before, default: []].append(step.id) }
    }
    var failure: (any Error)?
    try await withThrowingTaskGroup(of: (Int, (any Error)?).self) { group in
      var runningCount = 0
      while true {
        while failure == nil, runningCount < limit, !ready.isEmpty {
          if interruption?.isSet == true {
            failure = Interrupted()
            break
          }
          let step = plan.steps[ready.removeFirst()]
          runningCount += 1
          group.addTask { (step.id, await attempt(step)) }
        }
        guard runningCount > 0, let (id, error) = try await group.next() else { break }
        runningCount -= 1
        if let error {
          // Report the cause, not the interruption that followed it.
          if failure == nil || failure is Interrupted { failure = error }
          continue
        }
        for dependent in dependents[id] ?? [] {
          blockers[dependent]?.remove(id)
          if blockers[dependent]?.isEmpty == true {
            blockers[dependent] = nil
            ready.append(dependent)
          }
        }
      }
    }
    if let failure { throw failure }
  }

  private func attempt(_ step: Step) async -> (any Error)? {
    let text = StepDescription(step)
    if case .keep = step.action {} else { board.update(text.subject, text.inProgress, isFinished: false) }
    do {
      try await StepRunner(engine: engine, step: step, interruption: interruption).run()
      board.update(text.subject, text.finished, isFinished: true)
      return nil
    } catch let skipped as OptionalDependencyFailure {
      board.update(text.subject, "Skipped: \(skipped.message)", isFinished: true)
      return nil
    } catch {
      board.update(text.subject, error is Interrupted ? "Interrupted" : "Error", isFinished: true, failed: true)
      return error
    }
  }
}

/// An optional dependency did not reach its condition. The step is skipped.
struct OptionalDependencyFailure: Error {
  let message: String
}
