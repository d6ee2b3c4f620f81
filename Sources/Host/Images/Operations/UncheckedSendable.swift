/// Passes a value that is not `Sendable` to another thread. The sender must not use it afterwards; the compiler cannot
/// check that.
struct UncheckedSendable<Value>: @unchecked Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }
}
