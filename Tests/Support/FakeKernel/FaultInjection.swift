/// Lets a test stop the fake kernel between two changes of a plan, as if the engine had been killed there.
package struct FaultInjection: Sendable {
  /// Whether plans run step by step in the current task.
  package let isActive: @Sendable () -> Bool
  /// Called after each step with its name. It may never return.
  package let step: @Sendable (String) async -> Void

  package init(isActive: @escaping @Sendable () -> Bool, step: @escaping @Sendable (String) async -> Void) {
    self.isActive = isActive
    self.step = step
  }
}
