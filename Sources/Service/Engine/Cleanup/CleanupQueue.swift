import StateStore

/// Cleanup tasks, written to the database before they are needed: a plugin that hangs, or an engine that is killed, must
/// not leave a network, an endpoint, an address or a folder behind.
///
/// A value without effects. The engine adds, activates and completes entries; the next commit writes the changes.
struct CleanupQueue: Sendable {
  struct Entry: Sendable, Hashable {
    let number: UInt64
    let task: CleanupTask
  }

  private var entries: [UInt64: Entry] = [:]
  /// Entries of an operation under way. They become active if it fails, or when the next engine loads them.
  private var inactive: Set<UInt64> = []
  /// Changes that the database does not have yet, by the number of the entry.
  private var unwritten: [UInt64: StoreChange] = [:]
  private var lastNumber: UInt64 = 0

  init() {}

  /// The entries that an earlier engine left. All of them are active.
  init(_ stored: [Entry]) {
    for entry in stored {
      entries[entry.number] = entry
      lastNumber = max(lastNumber, entry.number)
    }
  }

  /// - Parameter isHeld: the entries wait for ``activate(_:)``.
  /// - Returns: the numbers of the entries.
  @discardableResult
  mutating func add(_ tasks: [CleanupTask], isHeld: Bool = false) -> [UInt64] {
    tasks.map { task in
      lastNumber += 1
      let entry = Entry(number: lastNumber, task: task)
      entries[lastNumber] = entry
      if isHeld { inactive.insert(lastNumber) }
      unwritten[lastNumber] = .putCleanup(number: lastNumber, document: CleanupDocument(task).text)
      return lastNumber
    }
  }

  mutating func activate(_ numbers: some Sequence<UInt64>) { inactive.subtract(numbers) }

  /// Deletes entries that are done, or not needed.
  mutating func complete(_ numbers: some Sequence<UInt64>) {
    for number in numbers where entries.removeValue(forKey: number) != nil {
      inactive.remove(number)
      if case .putCleanup? = unwritten[number] {
        unwritten[number] = nil
      } else {
        unwritten[number] = .removeCleanup(number: number)
      }
    }
  }

  /// The oldest active entry of a target.
  func next(for target: CleanupTarget) -> Entry? {
    entries.values.filter { $0.task.target == target && !inactive.contains($0.number) }.min { $0.number < $1.number }
  }

  /// The number of active entries of each target that has some.
  var counts: [CleanupTarget: Int] {
    entries.values.reduce(into: [:]) { counts, entry in
      if !inactive.contains(entry.number) { counts[entry.task.target, default: 0] += 1 }
    }
  }

  /// What the next commit writes.
  var changes: [StoreChange] { unwritten.sorted { $0.key < $1.key }.map(\.value) }

  /// The database has the changes.
  mutating func didWrite() { unwritten = [:] }
}
