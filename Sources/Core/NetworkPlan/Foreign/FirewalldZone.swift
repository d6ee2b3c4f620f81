package import Addressing

/// The zone of firewalld that contains this engine's bridges. firewalld rejects forwarded packets of links that are in no
/// zone with the target `ACCEPT`. A policy accepts packets from every zone to this one. What containers may reach is then
/// for the engine's own tables to decide.
package enum FirewalldZone {
  package static let name = "causeway"
  /// firewalld limits names of policies to 18 characters.
  package static let policy = "causeway-forward"
  /// The table that firewalld owns.
  package static let table = "inet firewalld"

  /// The lines of firewalld's table that mention the zone or its policy. They change when firewalld was reloaded.
  package static func rules(in table: ForeignTable) -> [String] {
    table.chains.flatMap(\.statements).filter { $0.contains("_\(name)") }
  }

  /// The arguments of the calls of firewall-cmd, in order, that create the zone and the policy in firewalld's
  /// configuration; empty if both exist. After them, firewalld must be reloaded.
  ///
  /// - Parameters:
  ///   - zones: the output of `firewall-cmd --permanent --get-zones`.
  ///   - policies: the output of `firewall-cmd --permanent --get-policies`.
  package static func creation(zones: String, policies: String) -> [[String]] {
    var calls: [[String]] = []
    if !zones.split(whereSeparator: \.isWhitespace).contains(Substring(name)) {
      calls.append(["--permanent", "--new-zone=\(name)"])
      calls.append(["--permanent", "--zone=\(name)", "--set-target=ACCEPT"])
    }
    if !policies.split(whereSeparator: \.isWhitespace).contains(Substring(policy)) {
      calls.append(["--permanent", "--new-policy=\(policy)"])
      for change in ["--add-ingress-zone=ANY", "--add-egress-zone=\(name)", "--set-target=ACCEPT"] {
        calls.append(["--permanent", "--policy=\(policy)", change])
      }
    }
    return calls
  }

  /// The zones of links.
  ///
  /// - Parameter listing: the output of `firewall-cmd --get-active-zones`: for each zone a line with its name, and indented
  ///   lines, of which one begins with `interfaces:`.
  static func assignments(_ listing: String) -> [String: String] {
    var zone = ""
    var assignments: [String: String] = [:]
    for line in listing.split(separator: "\n") {
      var tokens = line.split(whereSeparator: \.isWhitespace)[...]
      if line.first?.isWhitespace == false {
        // firewalld 2 adds "(default)".
        zone = tokens.first.map(String.init) ?? ""
      } else if tokens.popFirst() == "interfaces:" {
        for link in tokens { assignments[String(link)] = zone }
      }
    }
    return assignments
  }

  /// The arguments of one call of firewall-cmd that puts the bridges into the zone; empty if nothing is to do. A bridge that
  /// the administrator put into another zone stays there. A link that no longer exists leaves the zone.
  ///
  /// - Parameters:
  ///   - listing: the output of `firewall-cmd --get-active-zones`.
  ///   - bridges: this engine's bridges.
  ///   - links: all links of the host.
  package static func changes(
    from listing: String, for bridges: Set<InterfaceName>, on links: Set<InterfaceName>
  ) -> [String] {
    let assignments = assignments(listing)
    let missing = bridges.filter { links.contains($0) && assignments[$0.rawValue] == nil }.map(\.rawValue).sorted()
    let names = Set(links.map(\.rawValue))
    let obsolete = assignments.filter { $0.value == name && !names.contains($0.key) }.keys.sorted()
    guard !missing.isEmpty || !obsolete.isEmpty else { return [] }
    return ["--zone=\(name)"] + missing.map { "--add-interface=\($0)" } + obsolete.map { "--remove-interface=\($0)" }
  }
}
