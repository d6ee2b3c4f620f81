import EngineAPI

/// Ports as `ps` shows them: what is published under another number by itself and last, the rest with neighbours joined
/// into ranges.
enum PortText {
  private struct Group: Hashable {
    var host: String
    var transport: String
  }

  static func display(_ ports: [Wire.Port]) -> String {
    var order: [Group] = []
    var spans: [Group: ClosedRange<UInt16>] = [:]
    var texts: [String] = []
    var moved: [String] = []
    let sorted = ports.sorted { a, b in
      (a.PrivatePort, a.IP ?? "", a.PublicPort ?? 0, a.Type) < (b.PrivatePort, b.IP ?? "", b.PublicPort ?? 0, b.Type)
    }
    for port in sorted {
      let number = port.PrivatePort
      let address = port.IP ?? ""
      let host = address.contains(":") ? "[\(address)]" : address
      if !host.isEmpty, port.PublicPort != number {
        moved.append("\(host):\(port.PublicPort ?? 0)->\(number)/\(port.Type)")
        continue
      }
      let group = Group(host: host, transport: port.Type)
      if let span = spans[group] {
        if span.upperBound < number, span.upperBound + 1 == number {
          spans[group] = span.lowerBound...number
          continue
        }
        texts.append(text(group, span))
      } else {
        order.append(group)
      }
      spans[group] = number...number
    }
    for group in order {
      if let span = spans[group] { texts.append(text(group, span)) }
    }
    return (texts + moved).joined(separator: ", ")
  }

  private static func text(_ group: Group, _ span: ClosedRange<UInt16>) -> String {
    let ports = span.count == 1 ? "\(span.lowerBound)" : "\(span.lowerBound)-\(span.upperBound)"
    return group.host.isEmpty
      ? "\(ports)/\(group.transport)" : "\(group.host):\(ports)->\(ports)/\(group.transport)"
  }
}
