internal import Addressing

/// The short form of a port: `[address:][host port or range:]container port or range[/protocol]`, with an IPv6 address
/// in brackets.
struct PortShorthand {
  var hostAddress = ""
  /// Empty when the engine chooses the port.
  var published = ""
  var target: PortRange
  var transport = TransportProtocol.tcp

  /// - Throws: what is wrong with the text.
  init(_ text: String) throws(PortShorthand.Failure) {
    var rest = text[...]
    if let slash = rest.lastIndex(of: "/") {
      let name = rest[rest.index(after: slash)...].lowercased()
      guard let known = TransportProtocol(rawValue: name) else {
        throw Failure("the protocol \"\(name)\", expected tcp, udp or sctp")
      }
      transport = known
      rest = rest[..<slash]
    }
    let target = Self.lastPart(&rest)
    guard let range = PortRange(target) else {
      throw Failure("\"\(target)\" as the container's port, expected a number from 1 to 65535 or a range")
    }
    self.target = range
    guard !rest.isEmpty else { return }
    published = String(Self.lastPart(&rest))
    if rest.hasPrefix("["), rest.hasSuffix("]") { rest = rest.dropFirst().dropLast() }
    hostAddress = String(rest)
    guard hostAddress.isEmpty || IPAddress(hostAddress) != nil else {
      throw Failure("\"\(hostAddress)\" as the host's address, expected an IP address")
    }
    if published == "0" { published = "" }
    guard !published.isEmpty else { return }
    guard let outside = PortRange(published) else {
      throw Failure("\"\(published)\" as the host's port, expected a number from 1 to 65535 or a range")
    }
    guard range.count == 1 || outside.count == range.count else {
      throw Failure("\(outside.count) host ports for \(range.count) container ports, expected as many")
    }
  }

  struct Failure: Error {
    let found: String
    init(_ found: String) { self.found = found }
  }

  /// Removes and returns the part after the last colon.
  private static func lastPart(_ text: inout Substring) -> Substring {
    // A colon inside brackets is part of an address.
    guard let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") else {
      defer { text = "" }
      return text
    }
    defer { text = text[..<colon] }
    return text[text.index(after: colon)...]
  }

  /// One entry for each port: the container port and the host port.
  var entries: [(target: UInt16, published: String)] {
    guard target.count > 1 else { return [(target.lowerBound, published)] }
    let first = PortRange(published)?.lowerBound
    return target.ports.enumerated().map { offset, port in (port, first.map { String($0 + UInt16(offset)) } ?? "") }
  }
}
