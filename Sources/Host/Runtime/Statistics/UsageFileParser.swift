import EngineModel

/// Parses the kernel's formats of usage counters.
enum UsageFileParser {
  static func number(_ text: String) -> UInt64? {
    UInt64(text.prefix { $0.isNumber })
  }

  /// `key value` lines: `memory.stat`, `cpu.stat`, `memory.events`.
  static func table(_ text: String) -> [String: UInt64] {
    var result: [String: UInt64] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ")
      if fields.count == 2, let value = UInt64(fields[1]) { result[String(fields[0])] = value }
    }
    return result
  }

  /// `8:0 Read 4096` lines of the v1 files `blkio.*`, without the sum at the end.
  static func blockCounters(_ text: String) -> [ResourceUsage.BlockCounter] {
    text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count == 3, let device = device(fields[0]), let value = UInt64(fields[2]) else { return nil }
      return .init(major: device.major, minor: device.minor, operation: String(fields[1]), value: value)
    }
  }

  /// `8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6` lines of `io.stat`: bytes read and written.
  static func unifiedBlockBytes(_ text: String) -> [ResourceUsage.BlockCounter] {
    var result: [ResourceUsage.BlockCounter] = []
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard let first = fields.first, let device = device(first) else { continue }
      for field in fields.dropFirst() {
        let parts = field.split(separator: "=")
        guard parts.count == 2, let value = UInt64(parts[1]) else { continue }
        let operation: String
        switch parts[0] {
        case "rbytes": operation = "read"
        case "wbytes": operation = "write"
        default: continue
        }
        result.append(.init(major: device.major, minor: device.minor, operation: operation, value: value))
      }
    }
    return result
  }

  private static func device(_ text: Substring) -> (major: UInt64, minor: UInt64)? {
    let numbers = text.split(separator: ":").map { UInt64($0) }
    guard numbers.count == 2, let major = numbers[0], let minor = numbers[1] else { return nil }
    return (major, minor)
  }

  /// `/proc/<pid>/net/dev` (proc_pid_net(5)), without the loopback interface.
  static func interfaces(_ text: String) -> [String: ResourceUsage.InterfaceCounters] {
    var result: [String: ResourceUsage.InterfaceCounters] = [:]
    for line in text.split(separator: "\n").dropFirst(2) {
      guard let colon = line.lastIndex(of: ":") else { continue }
      let name = line[..<colon].drop { $0 == " " }
      let numbers = line[line.index(after: colon)...].split(separator: " ").compactMap { UInt64($0) }
      guard name != "lo", numbers.count >= 12 else { continue }
      var counters = ResourceUsage.InterfaceCounters()
      counters.receivedBytes = numbers[0]
      counters.receivedPackets = numbers[1]
      counters.receiveErrors = numbers[2]
      counters.receiveDrops = numbers[3]
      counters.sentBytes = numbers[8]
      counters.sentPackets = numbers[9]
      counters.sendErrors = numbers[10]
      counters.sendDrops = numbers[11]
      result[String(name)] = counters
    }
    return result
  }

  /// `/proc/stat`: the time of all CPUs, and their number. As in Docker, it sums up to `softirq`, because `user`
  /// includes guest time.
  ///
  /// - Parameter tick: the length of a clock tick in nanoseconds.
  static func host(_ text: String, tick: UInt64) -> (time: UInt64, processors: Int) {
    var time: UInt64 = 0
    var processors = 0
    for line in text.split(separator: "\n") where line.hasPrefix("cpu") {
      if line.hasPrefix("cpu ") {
        time = line.split(separator: " ").dropFirst().prefix(7).compactMap { UInt64($0) }.reduce(0, &+) &* tick
      } else {
        processors += 1
      }
    }
    return (time, processors)
  }
}
