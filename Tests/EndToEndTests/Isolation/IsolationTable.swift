import TestHosts

/// What the isolation promises permit, as data: which packets of a position arrive at a target.
enum IsolationTable {
  /// What arrives of the packets to a target.
  enum Pass: Character {
    case nothing = "-"
    case everything = "A"
    /// To the published port: TCP and UDP, whole and in fragments.
    case port = "P"
    /// The same, by IPv4 only.
    case port4 = "4"
    /// To the port of a routed network, and pings.
    case routed = "R"
    case ping = "I"
    /// Everything through source NAT. Protocols without ports are not tried: the kernel translates one sender at a time.
    case translated = "N"
    /// Not tried.
    case skipped = "."

    func tries(_ kind: ProbePacket.Kind) -> Bool { self != .skipped && !(self == .translated && kind == .other) }

    func contains(_ kind: ProbePacket.Kind, isIPv4: Bool) -> Bool {
      switch self {
      case .nothing, .skipped: false
      case .everything, .translated: true
      case .port: [.tcp, .udp, .fragments].contains(kind)
      case .port4: isIPv4 && [.tcp, .udp, .fragments].contains(kind)
      case .routed: kind != .other
      case .ping: kind == .icmp
      }
    }
  }

  /// - `web`: a container of the network red, at its own address; `port`: the port that it publishes on every address of
  ///   the host; `loop`: the port that it publishes on the host's loopback address.
  /// - `peer`: a container of the network blue. `bothA`, `bothB`: one of both networks, at each of its addresses.
  /// - `plain`: on the default bridge; `inner`: on an internal network; `hush`: on a network without ICC.
  /// - `route`, `closed`: a container of a network in the gateway mode routed, at its published port and at another one.
  /// - `outside`, `beside`: the two other hosts.
  private static let rows = """
              web port loop peer bothA bothB plain inner route closed hush outside beside
    mate      A   P    -    -    A     -     -     -     R     I      -    N       N
    other     -   P    -    A    -     A     -     -     R     I      -    N       N
    both      A   P    -    -    .     .     -     -     R     I      -    N       N
    plain2    -   P    -    -    -     -     A     -     R     I      -    N       N
    inner2    -   -    -    -    -     -     -     A     -     -      -    -       -
    hush2     -   P    -    -    -     -     -     -     R     I      -    N       N
    host      A   P    4    A    A     A     A     A     A     A      A    A       A
    hosted    A   P    4    A    A     A     A     A     A     A      A    A       A
    lone      -   -    -    -    -     -     -     -     -     -      -    -       -
    lan       -   -    -    -    -     -     -     -     -     -      -    -       A
    outside   -   P    -    -    -     -     -     -     R     I      -    .       -
    neighbour -   P    -    -    -     -     -     -     R     I      -    -       .
    spoofer   -   -    -    -    -     -     -     -     -     -      -    -       .
    """

  /// For each position, what arrives at each target.
  static let passes: [(position: String, targets: [(target: String, pass: Pass)])] = {
    let lines = rows.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    return lines.dropFirst().map { words in
      let targets = zip(lines[0], words.dropFirst()).map { target, code in
        guard let pass = code.first.flatMap(Pass.init) else { preconditionFailure("no such code: \(code)") }
        return (target, pass)
      }
      return (words[0], targets)
    }
  }()
}
