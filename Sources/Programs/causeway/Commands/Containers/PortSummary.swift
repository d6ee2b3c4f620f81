import EngineAPI

/// Formats ports as `ps` shows them: neighbouring ports are joined into ranges; ports that are published under another
/// number stand alone at the end.
enum PortSummary {
  private struct Group: Hashable {
    var host: String
    var transport: String
  }

  static func text(_ ports: [Wire.Port]) -> String {
    var order: [Group] = []
    var spans: [Group: ClosedRange<UInt16>] = [:]
    var texts: [String] = []
    var remapped: [String] = []
    let sorted = ports.sorted { a, b in
      (a.PrivatePort, a.IP ?? "", a.PublicPort ?? 0, a.Type) < (b.PrivatePort, b.IP ?? "", b.PublicPort ?? 0, b.Type)
    }
    for port in sorted {
      let number = port.PrivatePort
      let address = port.IP ?? ""
      let host = address.contains(":") ? "[\(address)]" : address
      if !host.isEmpty, port.PublicPort != number {
        remapped.append("\(host):\(port.PublicPort ?? 0)->\(number)/\(port.Type)")
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
    return (texts + remapped).joined(separator: ", ")
  }

  private static func text(_ group: Group, _ span: ClosedRange<UInt16>) -> String {
    let ports = span.count == 1 ? "\(span.lowerBound)" : "\(span.lowerBound)-\(span.upperBound)"
    return group.host.isEmpty
      ? "\(ports)/\(group.transport)" : "\(group.host):\(ports)->\(ports)/\(group.transport)"
  }
}
