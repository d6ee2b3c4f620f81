import Kernel

extension TestHost {
  /// The init process of the host's new namespaces runs this. `/sys` must belong to the network namespace; remounting
  /// it hides the control groups, which the runtime needs, so they are mounted again. Queries for unknown names go to
  /// the outside namespace.
  static let hostScript = """
    set -e
    mkdir -p "$FOLDER/cgroup" "$FOLDER/docker-config"
    mount --rbind /sys/fs/cgroup "$FOLDER/cgroup"
    mount -t sysfs sysfs /sys
    mount --rbind "$FOLDER/cgroup" /sys/fs/cgroup
    umount -l "$FOLDER/cgroup"
    # As systemd leaves it on a real host, among the namespaces made from this one.
    mount --make-rshared /
    rmdir "$FOLDER/cgroup"
    printf 'nameserver \(outsideAddress)\\n' >"$FOLDER/resolv.conf"
    if [ -e /etc/resolv.conf ]; then mount --bind "$FOLDER/resolv.conf" /etc/resolv.conf; fi
    ip link set lo up
    echo ready
    while read -r _; do :; done
    """

  static let bareScript = """
    set -e
    mount -t sysfs sysfs /sys
    ip link set lo up
    echo ready
    while read -r _; do :; done
    """

  /// Connects the three namespaces with veth pairs. Addresses skip duplicate address detection.
  func connectWires() async throws {
    try await wire(
      "eth0", to: .outside, host: (Self.address, Self.address6), peer: (Self.outsideAddress, Self.outsideAddress6))
    try await wire(
      "eth1", to: .neighbour, host: ("198.51.100.1", "2001:db8:1::1"),
      peer: (Self.neighbourAddress, Self.neighbourAddress6))
    try await shell(
      "ip route add default via \(Self.outsideAddress) && ip -6 route add default via \(Self.outsideAddress6)"
    ).succeeded()
    try await shell(
      "ip route add default via 198.51.100.1 && ip -6 route add default via 2001:db8:1::1", in: .neighbour
    ).succeeded()
  }

  private func wire(_ name: String, to place: Place, host: (String, String), peer: (String, String)) async throws {
    let pid = holderPID(of: place)
    // Runs in a shell of this process's PID namespace, where the peer's pid is valid.
    let script = """
      set -e
      nsenter -t \(holderPID(of: .host)) -n ip link add \(name) type veth peer name eth0 netns \(pid)
      nsenter -t \(holderPID(of: .host)) -n sh -c 'ip addr add \(host.0)/24 dev \(name);
        ip addr add \(host.1)/64 dev \(name) nodad; ip link set \(name) up'
      nsenter -t \(pid) -n sh -c 'ip addr add \(peer.0)/24 dev eth0;
        ip addr add \(peer.1)/64 dev eth0 nodad; ip link set eth0 up'
      """
    _ = try await Tool("sh").run(["-c", script]).requireSuccess("joining \(name)")
  }

  /// Connects two hosts: a link of this name in each, up and without addresses.
  package func join(_ other: TestHost, by name: String) async throws {
    let script = """
      set -e
      nsenter -t \(holderPID(of: .host)) -n ip link add \(name) type veth peer name \(name) netns \(other.holderPID(of: .host))
      for pid in \(holderPID(of: .host)) \(other.holderPID(of: .host)); do nsenter -t $pid -n ip link set \(name) up; done
      """
    _ = try await Tool("sh").run(["-c", script]).requireSuccess("joining \(name)")
  }
}
