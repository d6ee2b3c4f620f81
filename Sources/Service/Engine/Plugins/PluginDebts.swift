import EngineModel
import Plugins
import StateStore

/// What plugins still have to be told, written down before it is needed: a plugin that hangs, or an engine that dies,
/// must not leave a network, an endpoint or an address behind at the plugin.
struct PluginDebts: Sendable {
  struct Debt: Sendable, Hashable {
    let number: UInt64
    let call: PluginCall
    /// Set while this network is being made: if the record is found at a start, the making was interrupted.
    let making: NetworkID?
  }

  private var debts: [UInt64: Debt] = [:]
  /// Debts of work under way, to be paid only if that fails.
  private var held: Set<UInt64> = []
  /// What the store does not know yet, by the number of the debt.
  private var unwritten: [UInt64: StoreChange] = [:]
  private var last: UInt64 = 0

  private static let prefix = "plugin-debt:"

  init() {}

  /// What an earlier engine left: all of it is due.
  init(_ settings: [String: String]) {
    for (key, value) in settings where key.hasPrefix(Self.prefix) {
      let lines = value.split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
      guard let number = UInt64(key.dropFirst(Self.prefix.count)), lines.count == 4 else { continue }
      let call = PluginCall(plugin: lines[0], method: lines[1], body: lines[3])
      debts[number] = Debt(number: number, call: call, making: NetworkID(lines[2]))
      last = max(last, number)
    }
  }

  private static func key(_ number: UInt64) -> String { "\(prefix)\(number)" }

  /// - Parameter isHeld: pay only after ``makeDue(_:)``.
  @discardableResult
  mutating func owe(_ calls: [PluginCall], isHeld: Bool = false, making network: NetworkID? = nil) -> [UInt64] {
    calls.map { call in
      last += 1
      debts[last] = Debt(number: last, call: call, making: network)
      if isHeld { held.insert(last) }
      // JSON has no line breaks of its own as we write it.
      unwritten[last] = .putSetting(
        key: Self.key(last), value: "\(call.plugin)\n\(call.method)\n\(network?.rawValue ?? "-")\n\(call.body)")
      return last
    }
  }

  mutating func makeDue(_ numbers: some Sequence<UInt64>) { held.subtract(numbers) }

  /// Paid, or not needed.
  mutating func settle(_ numbers: some Sequence<UInt64>) {
    for number in numbers where debts.removeValue(forKey: number) != nil {
      held.remove(number)
      if case .putSetting? = unwritten[number] {
        unwritten[number] = nil
      } else {
        unwritten[number] = .removeSetting(key: Self.key(number))
      }
    }
  }

  /// The oldest debt to a plugin that is due.
  func next(to plugin: String) -> Debt? {
    debts.values.filter { $0.call.plugin == plugin && !held.contains($0.number) }.min { $0.number < $1.number }
  }

  /// To whom something is due, and how much.
  var creditors: [String: Int] {
    debts.values.reduce(into: [:]) { counts, debt in
      if !held.contains(debt.number) { counts[debt.call.plugin, default: 0] += 1 }
    }
  }

  /// Networks whose making was interrupted.
  var unfinished: Set<NetworkID> { Set(debts.values.compactMap(\.making)) }

  var changes: [StoreChange] { unwritten.isEmpty ? [] : unwritten.sorted { $0.key < $1.key }.map(\.value) }

  /// The changes are in the store.
  mutating func didWrite() { unwritten = [:] }
}
