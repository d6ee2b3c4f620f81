import TestHosts
import Testing

/// Every malformed, out-of-range or conflicting network option is refused with Docker's message and leaves nothing
/// behind.
@Suite(.serialized, .engineHost) struct NetworkBadInputTests {
  /// Options of `docker network create` and what the refusal says.
  static let networks: [(options: [String], says: String)] = [
    (["--subnet", "10.0.0.0/33"], "invalid CIDR"),
    (["--subnet", "10.30.0.1/24"], "invalid subnet 10.30.0.1/24: it should be 10.30.0.0/24"),
    (["--subnet", "10.30.0.0/24", "--gateway", "10.31.0.1"], "10.31.0.1"),
    (["--subnet", "10.30.0.0/24", "--ip-range", "10.31.0.0/25"], "10.31.0.0/25"),
    (["--subnet", "10.30.0.0/24", "--ip-range", "10.30.0.0/16"], "10.30.0.0/16"),
    (["--subnet", "10.30.0.0/24", "--aux-address", "a=10.31.0.9"], "10.31.0.9"),
    (["--subnet", "10.30.0.0/24", "--aux-address", "a=x"], "x"),
    (["--subnet", "127.0.0.0/24"], "loopback addresses"), (["--subnet", "224.0.1.0/24"], "multicast addresses"),
    (["--subnet", "169.254.7.0/24"], "link-local addresses"), (["--subnet", "0.0.0.0/8"], "unspecified addresses"),
    (["--ipv6", "--subnet", "fe80::/64"], "link-local addresses"),
    (["--ipv6", "--subnet", "ff05::/64"], "multicast addresses"),
    (
      ["--subnet", "10.30.0.0/24", "--gateway", "10.30.0.0"],
      "failed to allocate gateway (10.30.0.0): Address already in use"
    ),
    (
      ["--subnet", "10.30.0.0/24", "--gateway", "10.30.0.255"],
      "failed to allocate gateway (10.30.0.255): Address already in use"
    ),
    (
      ["--subnet", "10.30.0.0/24", "--gateway", "10.30.0.9", "--aux-address", "a=10.30.0.9"],
      "failed to allocate secondary ip address (a:10.30.0.9): Address already in use"
    ),
    (
      ["--subnet", "10.30.0.0/24", "--aux-address", "a=10.30.0.9", "--aux-address", "b=10.30.0.9"],
      "failed to allocate secondary ip address (b:10.30.0.9): Address already in use"
    ),
    (["-o", "com.causeway.network.containers_per_bridge=0"], "give a number from 1 to 1000"),
    (["-o", "com.causeway.network.containers_per_bridge=many"], "give a number from 1 to 1000"),
    (["--gateway", "10.30.0.1"], "every ip-range or gateway must have a corresponding subnet"),
    (
      ["--subnet", "10.30.0.0/24", "--subnet", "10.30.0.0/16"],
      "multiple overlapping subnet configuration is not supported"
    ),
    (["--subnet", "10.29.0.0/24"], "Pool overlaps with other one on this address space"),
    (["--ipv4=false"], "IPv4 or IPv6 must be enabled"),
    (["-d", "host"], #"only one instance of "host" network is allowed"#),
    (["-d", "null"], #"only one instance of "null" network is allowed"#),
    (["-d", "overlay"], "This node is not a swarm manager"),
    (["-d", "nonesuch"], "nonesuch"),
    (["--ipam-driver", "nonesuch"], "nonesuch"),
    (["-o", "com.docker.network.bridge.name=existing0"], "existing interface existing0 is not a bridge"),
    (["-o", "com.docker.network.bridge.name=taken-br"], "networks have same bridge name"),
    (["-o", "com.docker.network.bridge.name=much-too-long-a-name"], "invalid interface name"),
    (
      ["-o", "com.docker.network.bridge.enable_icc=maybe"],
      "failed to parse com.docker.network.bridge.enable_icc value: maybe"
    ),
    (["-o", "com.docker.network.bridge.enable_ip_masquerade=maybe"], "strconv.ParseBool"),
    (["-o", "com.docker.network.bridge.inhibit_ipv4=maybe"], "strconv.ParseBool"),
    (["-o", "com.docker.network.bridge.host_binding_ipv4=here"], "nil ip"),
    (["-o", "com.docker.network.host_ipv4=here"], "nil ip"),
    (["-o", "com.docker.network.host_ipv6=10.0.0.1"], "nil ip"),
    (["-o", "com.docker.network.driver.mtu=big"], "strconv.Atoi"),
    (["-o", "com.docker.network.driver.mtu=-5"], "invalid MTU number: -5"),
    (["-o", "com.docker.network.driver.mtu=70000"], "invalid MTU number: 70000"),
    (["--ipv6", "-o", "com.docker.network.driver.mtu=1000"], "invalid MTU number: 1000"),
    (["-o", "com.docker.network.bridge.gateway_mode_ipv4=open"], "unknown gateway mode open"),
    (["-o", "com.docker.network.bridge.gateway_mode_ipv6=open"], "unknown gateway mode open"),
    (["-o", "com.docker.network.bridge.gateway_mode_ipv4=isolated"], "can only be used for an internal network"),
    (
      ["-o", "com.docker.network.container_iface_prefix=way-too-long-prefix"],
      "com.docker.network.container_iface_prefix"
    ),
    (
      ["-o", "com.docker.network.bridge.trusted_host_interfaces=a/b"],
      "com.docker.network.bridge.trusted_host_interfaces"
    ),
    (["-o", "com.docker.network.enable_ipv6=so"], #"driver-opt "com.docker.network.enable_ipv6" is not a valid bool"#),
    (
      ["--config-only", "--internal"],
      "Network operator fields like [ ingress | internal | attachable | scope ] are not supported"
    ),
    (["--config-only", "--attachable"], "Network operator fields"),
    (
      ["--config-only", "--config-from", "template"],
      "a configuration network cannot depend on another configuration network"
    ),
    (["--config-from", "ghost"], #"configuration network "ghost" does not exist"#),
    (["--config-from", "taken"], #"configuration network "taken" does not exist"#),
    (["--config-from", "template", "--subnet", "10.30.0.0/24"], "user specified configurations are not supported"),
    (["--config-from", "template", "--label", "a=b"], "user specified configurations are not supported"),
    (["--config-from", "template", "-o", "a=b"], "user specified configurations are not supported"),
    (["--config-from", "template", "--ipv6"], "user specified configurations are not supported"),
    (["-d", "macvlan", "-o", "macvlan_mode=l2"], "requested macvlan mode 'l2' is not valid"),
  ]

  /// Bodies of `POST /networks/create` in which a value has another type.
  static let bodies: [String] = [
    #"{"Name":"bad","EnableIPv6":"yes"}"#, #"{"Name":"bad","Internal":1}"#, #"{"Name":"bad","Options":["a"]}"#,
    #"{"Name":"bad","Options":{"com.docker.network.driver.mtu":1400}}"#, #"{"Name":"bad","IPAM":[]}"#,
    #"{"Name":"bad","IPAM":{"Config":{}}}"#, #"{"Name":"bad","IPAM":{"Config":[{"Subnet":10}]}}"#,
    #"{"Name":"bad","Labels":{"a":1}}"#, #"{"Name":"bad","ConfigFrom":"template"}"#,
  ]

  @Test func badRequestIsRefusedAndLeavesNothing() async throws {
    let host = try TestHost.shared
    try await host.shell("ip link add existing0 type veth peer existing1").succeeded()
    try await host.docker(
      "network", "create", "--subnet", "10.29.0.0/16", "-o", "com.docker.network.bridge.name=taken-br", "taken"
    ).succeeded()
    try await host.docker("network", "create", "--config-only", "--subnet", "10.28.0.0/24", "template").succeeded()
    let before = try await host.snapshot()
    let listed = try await host.docker("network", "ls", "-q").stdout
    for (options, says) in Self.networks {
      let output = try await host.docker(["network", "create"] + options + ["bad"])
      #expect(output.code != 0 && output.stderr.contains(says), "\(output)")
    }
    for body in Self.bodies {
      let answer = try await host.api("POST", "/v1.50/networks/create", body: body)
      #expect(answer.status == 400 && answer.body.contains("invalid JSON"), "\(body): \(answer)")
    }
    try await host.expectNothingSince(before)
    #expect(try await host.docker("network", "ls", "-q").stdout == listed)
  }
}
