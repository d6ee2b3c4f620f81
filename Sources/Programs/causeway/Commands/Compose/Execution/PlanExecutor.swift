import Compose
import EngineAPI
import Synchronization

/// Carries out a plan: every step as soon as what it waits for is done, side by side. After a failure nothing new is begun,
/// and what is under way is waited for.
struct PlanExecutor: Sendable {
  let engine: EngineSession
  let board: ProgressBoard
  /// How many steps may be under way at a time.
  let limit: Int
  var interruption: Interruption?

  init(engine: EngineSession, board: ProgressBoard, limit: Int, interruption: Interruption? = .current) {
    self.engine = engine
    self.board = board
    self.limit = limit
    self.interruption = interruption
  }

  func run(_ plan: Plan) async throws {
    var waiting: [Int: Set<Int>] = [:]
    var followers: [Int: [Int]] = [:]
    var ready: [Int] = []
    for step in plan.steps {
      if step.after.isEmpty { ready.append(step.id) } else { waiting[step.id] = step.after }
      for before in step.after { followers[before, default: []].append(step.id) }
    }
    var failure: (any Error)?
    try await withThrowingTaskGroup(of: (Int, (any Error)?).self) { group in
      var underWay = 0
      while true {
        while failure == nil, underWay < limit, !ready.isEmpty {
          if interruption?.isSet == true {
            failure = Interrupted()
            break
          }
          let step = plan.steps[ready.removeFirst()]
          underWay += 1
          group.addTask { (step.id, await attempt(step)) }
        }
        guard underWay > 0, let (id, error) = try await group.next() else { break }
        underWay -= 1
        if let error {
          // The cause, not that others were told to give up because of it.
          if failure == nil || failure is Interrupted { failure = error }
          continue
        }
        for follower in followers[id] ?? [] {
          waiting[follower]?.remove(id)
          if waiting[follower]?.isEmpty == true {
            waiting[follower] = nil
            ready.append(follower)
          }
        }
      }
    }
    if let failure { throw failure }
  }

  private func attempt(_ step: Step) async -> (any Error)? {
    let words = StepText.words(step)
    if case .keep = step.action {} else { board.update(words.subject, words.doing, isOver: false) }
    do {
      try await StepWork(engine: engine, step: step, interruption: interruption).perform()
      board.update(words.subject, words.done, isOver: true)
      return nil
    } catch let skipped as OptionalDependencyFailed {
      board.update(words.subject, "Skipped: \(skipped.message)", isOver: true)
      return nil
    } catch {
      board.update(words.subject, error is Interrupted ? "Interrupted" : "Error", isOver: true, failed: true)
      return error
    }
  }
}

/// The person wants no more of it.
struct Interrupted: Error {}

/// What was waited for will not come, and need not.
struct OptionalDependencyFailed: Error {
  let message: String
}

/// Whether the person has asked to stop; set by the reader of signals.
final class Interruption: Sendable {
  /// That of the command that runs, if it can be interrupted.
  static var current: Interruption? { slot.withLock { $0 } }
  private static let slot = Mutex<Interruption?>(nil)

  private let flag = Mutex(false)
  var isSet: Bool { flag.withLock { $0 } }
  func set() { flag.withLock { $0 = true } }

  static func install() -> Interruption {
    let interruption = Interruption()
    slot.withLock { $0 = interruption }
    return interruption
  }
}
