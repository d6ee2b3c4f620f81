import Glibc
import TestHosts
import Testing

/// Overlay networks, with the real docker command on two hosts.
@Suite(.serialized) struct OverlayTests {
  @Test(.bareHost) func containersOfTwoHostsCommunicateByName() async throws {
    try await TestCluster.with { cluster in
      let (one, two) = (cluster.hosts[0], cluster.hosts[1])
      try await one.docker("network", "create", "-d", "overlay", "--attachable", "wide").succeeded()
      for host in cluster.hosts {
        #expect(
          try await host.docker("network", "ls", "--filter", "name=wide", "--format", "{{.Driver}} {{.Scope}}").text
            == "overlay global")
      }
      #expect(
        try await two.docker("network", "inspect", "-f", "{{(index .IPAM.Config 0).Subnet}} {{.Attachable}}", "wide")
          .text
          == "10.0.0.0/24 true")
      // No links on a host before its first container.
      #expect(try await two.shell("ip -o link show type vxlan").succeeded().text == "")
      try await one.runWeb("aa", "--network", "wide", "--network-alias", "web")
      try await two.runWeb("bb", "--network", "wide", "--network-alias", "web")
      let (near, far) = (try await one.address(of: "aa", on: "wide"), try await two.address(of: "bb", on: "wide"))
      #expect(Set([near, far]) == ["10.0.0.2", "10.0.0.3"])

      #expect(try await one.exec("aa", "ping", "-c1", "-W3", "bb").code == 0)
      #expect(try await two.exec("bb", "ping", "-c1", "-W3", "aa").code == 0)
      #expect(try await one.exec("aa", "wget", "-qO-", "http://bb/").text == "bb")
      #expect(try await two.exec("bb", "wget", "-qO-", "http://aa/").text == "aa")
      #expect(try await one.dig("+short", "web", from: .container("aa")).answers.sorted() == [near, far].sorted())
      #expect(try await one.dig("+short", "-x", far, from: .container("aa")).answers == ["bb.wide."])

      // `explain` follows it as far as this host knows.
      let explained = try await one.causeway("explain", "aa", "bb:80")
      #expect(explained.code == 0 && explained.stdout.contains("✓ the overlay carries it to the host "), "\(explained)")
      #expect(try await one.causeway("explain", "-q", "aa", "outside").code == 0)
      #expect(
        try await one.causeway("explain", "aa", "10.0.0.77").stdout.contains("no endpoint on the network wide has"))

      // A packet of the full MTU is not fragmented by the underlay; a larger one is refused.
      #expect(try await one.exec("aa", "cat", "/sys/class/net/eth0/mtu").text == "1450")
      let pieces = try await one.shell(Self.piecesMade).succeeded().text
      #expect(try await one.exec("aa", "ping", "-c1", "-W3", "-s", "1422", far).code == 0)
      #expect(try await one.shell(Self.piecesMade).succeeded().text == pieces)
      for (size, isSent) in [(1422, true), (1423, false)] {
        let sent = try await one.run(["python3", "-c", Self.undivided, far, "\(size)"], in: .container("aa"))
        #expect((sent.code == 0) == isSent, "\(sent)")
      }

      // Outgoing packets leave through this host, and only its containers are listed.
      #expect(try await one.exec("aa", "ping", "-c1", "-W3", TestHost.outsideAddress).code == 0)
      #expect(
        try await one.inspect("aa", "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}") == "wide")
      let shown = try await one.docker(
        "network", "inspect", "-f", "{{range .Containers}}{{.Name}} {{end}}/{{range .Peers}}{{.IP}} {{end}}", "wide"
      ).text
      #expect(shown == "aa /203.0.113.1 203.0.113.2")

      // In use on the other host.
      try await one.docker("rm", "-f", "aa").succeeded()
      #expect(try await one.shell("ip -o link show type vxlan").succeeded().text == "")
      let refused = try await one.docker("network", "rm", "wide")
      #expect(refused.code == 1 && refused.stderr.contains("has active endpoints (name:\"bb\""), "\(refused)")
      try await two.docker("rm", "-f", "bb").succeeded()
      try await one.docker("network", "rm", "wide").succeeded()
      try await waitUntil("the other host to know", for: .seconds(5)) {
        try await two.docker("network", "inspect", "wide").code == 1
      }
      #expect(try await cluster.paths().filter { !$0.hasPrefix("nodes/") && !$0.hasPrefix("alive/") } == ["serial"])
      for host in cluster.hosts { #expect(try await host.causeway("plan").succeeded().text == "") }
    }
  }

  /// The page that a container fetches from a server by name.
  private static func page(_ server: String, from container: String, _ host: TestHost) async throws -> String {
    try await poll("http://\(server)/ from \(container)", for: .seconds(8)) {
      let answer = try await host.exec(container, "wget", "-qO-", "http://\(server)/")
      return answer.code == 0 ? answer.text : nil
    }
  }

  /// The number of fragments that the host created.
  private static let piecesMade = """
    awk '/^Ip:/ { if (!n) { for (i = 1; i <= NF; i++) if ($i == "FragCreates") n = i } else print $n }' /proc/net/snmp
    """

  /// Sends a datagram with the don't-fragment flag.
  private static let undivided = """
    import socket, sys
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.setsockopt(socket.IPPROTO_IP, 10, 2)
    sender.sendto(b"x" * int(sys.argv[2]), (sys.argv[1], 9))
    """

  @Test(.bareHost) func addressesAndNumbersAreUnique() async throws {
    try await TestCluster.with { cluster in
      let (one, two) = (cluster.hosts[0], cluster.hosts[1])
      // The same name at the same time: one succeeds, the other gets Docker's error.
      async let first = one.docker("network", "create", "-d", "overlay", "--subnet", "10.60.0.0/24", "same")
      async let second = two.docker("network", "create", "-d", "overlay", "--subnet", "10.60.0.0/24", "same")
      let outcomes = try await [first, second]
      #expect(outcomes.count { $0.code == 0 } == 1, "\(outcomes)")
      let refusal = try #require(outcomes.first { $0.code != 0 })
      #expect(refusal.stderr.contains("network with name same already exists"), "\(refusal)")

      // Networks created in parallel get different subnets and VNIs.
      async let left = one.shell("for n in 1 2 3; do docker network create -d overlay left$n; done")
      async let right = two.shell("for n in 1 2 3; do docker network create -d overlay right$n; done")
      for made in try await [left, right] { #expect(made.code == 0, "\(made)") }
      let format =
        "{{(index .IPAM.Config 0).Subnet}} {{index .Options \"com.docker.network.driver.overlay.vxlanid_list\"}}"
      let list = try await one.shell(
        "docker network inspect -f '\(format)' same left1 left2 left3 right1 right2 right3"
      ).succeeded().lines
      #expect(Set(list.map { $0.split(separator: " ")[0] }).count == 7, "\(list)")
      #expect(Set(list.map { $0.split(separator: " ")[1] }).count == 7, "\(list)")

      // Addresses leased at the same time.
      func start(_ host: TestHost, _ letter: String) async throws {
        try await host.shell(
          """
          for n in 1 2 3 4; do docker run -d --name \(letter)$n --network same busybox sleep 3600 & done
          for job in $(jobs -p); do wait $job || exit 1; done
          """
        ).succeeded()
      }
      async let some: Void = start(one, "a")
      async let others: Void = start(two, "b")
      _ = try await (some, others)
      var addresses: [String] = []
      for (host, letter) in [(one, "a"), (two, "b")] {
        for number in 1...4 { addresses.append(try await host.address(of: "\(letter)\(number)", on: "same")) }
      }
      #expect(Set(addresses).count == 8, "\(addresses)")
      #expect(try await one.exec("a1", "ping", "-c1", "-W3", "b4").code == 0)

      // One that is taken on another host.
      let taken = try await one.docker(
        "run", "--rm", "--network", "same", "--ip", addresses[7], "busybox", "true")
      #expect(taken.code == 125 && taken.stderr.contains("Address already in use: \(addresses[7])"), "\(taken)")
      let fixed = try await one.docker(
        "run", "-d", "--name", "fixed", "--network", "same", "--ip", "10.60.0.77",
        "busybox", "sleep", "3600")
      #expect(fixed.code == 0, "\(fixed)")
      #expect(try await two.exec("b1", "ping", "-c1", "-W3", "10.60.0.77").code == 0)
    }
  }

  @Test(.bareHost) func overlayWorksWithoutEnginesAndStore() async throws {
    try await TestCluster.with { cluster in
      let (one, two) = (cluster.hosts[0], cluster.hosts[1])
      try await one.docker("network", "create", "-d", "overlay", "wide").succeeded()
      try await one.runWeb("aa", "--network", "wide", "-p", "8093:80")
      try await two.runWeb("bb", "--network", "wide")
      #expect(try await Self.page("aa", from: "bb", two) == "aa")
      #expect(try await one.fetchSoon("\(TestHost.address):8093", from: .outside) == "aa")
      let inside = TestHost.Place.process(try await two.processID(of: "bb"))

      // An engine that is killed.
      try await two.killEngine()
      #expect(try await Self.page("bb", from: "aa", one) == "bb")
      #expect(try await two.dig("+short", "aa", from: inside).answers == ["10.0.0.2"])
      #expect(try await two.fetchSoon("10.0.0.2", from: inside) == "aa")
      try await cluster.startEngine(1)
      #expect(try await two.causeway("plan").succeeded().text == "")
      #expect(try await two.fetchSoon("10.0.0.2", from: .container("bb")) == "aa")

      // The store as well: existing connections work, and commands that need the store fail with a message.
      try await cluster.stopStore()
      for host in cluster.hosts {
        try await waitUntil("the engine to notice", for: .seconds(20)) {
          try await host.docker("info").stderr.contains("cluster's store")
        }
      }
      #expect(try await Self.page("bb", from: "aa", one) == "bb")
      let refused = try await one.docker("run", "--rm", "--network", "wide", "busybox", "true")
      #expect(refused.code == 125 && refused.stderr.contains("the cluster's store cannot be reached"), "\(refused)")
      let unmade = try await one.docker("network", "create", "-d", "overlay", "other")
      #expect(unmade.code == 1 && unmade.stderr.contains("the cluster's store cannot be reached"), "\(unmade)")
      // Removals are reported to the store later.
      try await two.docker("rm", "-f", "bb").succeeded()
      // An engine that starts without the store uses its stored copy.
      try await one.killEngine()
      try await one.startEngine(TestCluster.flags)
      #expect(try await one.causeway("plan").succeeded().text == "")
      #expect(try await one.docker("network", "inspect", "-f", "{{.Driver}}", "wide").text == "overlay")
      #expect(try await one.fetchSoon("\(TestHost.address):8093", from: .outside) == "aa")

      try await cluster.startStore()
      for index in cluster.hosts.indices { try await cluster.waitUntilAlive(index) }
      try await waitUntil("the store to hear of what is gone", for: .seconds(20)) {
        let paths = try await cluster.paths()
        return paths.count { $0.hasPrefix("endpoints/") } == 1 && paths.count { $0.hasPrefix("addresses/") } == 1
      }
      try await two.runWeb("cc", "--network", "wide")
      #expect(try await Self.page("cc", from: "aa", one) == "cc")
      #expect(try await Self.page("aa", from: "cc", two) == "aa")
    }
  }

  @Test(.bareHost) func connectAndDisconnectOnTheOverlay() async throws {
    try await TestCluster.with { cluster in
      let (one, two) = (cluster.hosts[0], cluster.hosts[1])
      try await two.docker("network", "create", "-d", "overlay", "--internal", "--ipv6", "inner").succeeded()
      try await one.docker("network", "create", "-d", "overlay", "other").succeeded()
      try await one.runIdle("aa")
      try await two.runWeb("bb", "--network", "inner")
      let plan = try await one.causeway("network", "connect", "--plan", "inner", "aa").succeeded().text
      #expect(plan.contains("type vxlan id 4096 local 203.0.113.1 dstport 4789 nolearning"), "\(plan)")
      #expect(plan.contains("bridge fdb append 00:00:00:00:00:00 dev cwv"), "\(plan)")
      #expect(try await one.shell("ip -o link show type vxlan").succeeded().text == "")
      try await one.docker("network", "connect", "--alias", "visitor", "inner", "aa").succeeded()
      #expect(try await two.exec("bb", "ping", "-c1", "-W3", "visitor").code == 0)
      #expect(try await one.exec("aa", "wget", "-qO-", "http://bb/").text == "bb")
      let six = try await two.inspect("bb", "{{.NetworkSettings.Networks.inner.GlobalIPv6Address}}")
      #expect(try await one.dig("+short", "bb", "AAAA", from: .container("aa")).answers == [six])
      #expect(try await one.exec("aa", "ping", "-6", "-c1", "-W5", six).code == 0)
      // An internal network has no external connectivity and no path to another network.
      #expect(try await two.exec("bb", "ping", "-c1", "-W1", TestHost.outsideAddress).code != 0)
      try await one.runIdle("cc", "--network", "other")
      #expect(try await one.exec("cc", "ping", "-c1", "-W1", two.address(of: "bb", on: "inner")).code != 0)

      try await one.docker("rename", "aa", "renamed").succeeded()
      try await waitUntil("the new name to be known", for: .seconds(5)) {
        try await two.dig("+short", "renamed", from: .container("bb")).answers.count == 1
      }
      #expect(try await two.dig("+short", "aa", from: .container("bb")).answers.isEmpty)

      // Links that others delete come back.
      try await one.shell("ip link delete $(ip -o link show type vxlan | grep -o 'cwv[0-9a-f]*' | head -1)").succeeded()
      try await waitUntil("the tunnel to come back", for: .seconds(10)) {
        try await one.exec("renamed", "ping", "-c1", "-W1", "bb").code == 0
      }
      let table = try await one.shell(
        "for l in $(ip -o link show type vxlan | grep -o 'cwv[0-9a-f]*' | sort -u); do bridge fdb show dev $l; done"
      ).succeeded()
      #expect(table.lines.contains { $0.contains("dst 203.0.113.2") }, "\(table)")
      try await one.shell(
        """
        for l in $(ip -o link show type vxlan | grep -o 'cwv[0-9a-f]*' | sort -u); do
          bridge fdb show dev $l | grep 'dst 203' | while read mac rest; do bridge fdb del $mac dev $l dst 203.0.113.2; done
        done
        """
      ).succeeded()
      try await waitUntil("the entries to come back", for: .seconds(30)) {
        try await one.exec("renamed", "ping", "-c1", "-W1", "bb").code == 0
      }

      try await one.docker("network", "disconnect", "inner", "renamed").succeeded()
      try await waitUntil("the name to go", for: .seconds(5)) {
        try await two.dig("+short", "renamed", from: .container("bb")).answers.isEmpty
      }
      #expect(try await one.docker("network", "inspect", "-f", "{{len .Containers}}", "inner").text == "0")
      try await one.docker("rm", "-f", "renamed", "cc").succeeded()
      #expect(try await one.shell("ip -o link show type vxlan").succeeded().text == "")
      #expect(try await one.causeway("plan").succeeded().text == "")
    }
  }

  @Test(.bareHost) func onlyPeersCanInjectFrames() async throws {
    try await TestCluster.with { cluster in
      let (one, two) = (cluster.hosts[0], cluster.hosts[1])
      try await one.docker("network", "create", "-d", "overlay", "--subnet", "10.61.0.0/24", "wide").succeeded()
      try await two.runIdle("bb", "--network", "wide", "--ip", "10.61.0.9")
      let listener = try await two.start(["python3", "-u", "-c", Self.listener], in: .container("bb"))
      try await waitUntil("the listener", for: .seconds(5)) { listener.output.contains("ready") }
      func send(_ words: String, from host: TestHost, _ place: TestHost.Place, to address: String) async throws {
        try await host.run(
          ["python3", "-c", Self.forger, address, "4096", "10.61.0.9", words], in: place
        ).succeeded()
      }
      // From outside of the second host through its other interface, and from a container of the first host,
      // whose packets have that host's address.
      try await send("from outside", from: two, .outside, to: TestHost.address)
      try await one.runIdle("aa")
      try await send("from a container", from: one, .container("aa"), to: TestCluster.address(1))
      // From the peer itself: the frame is valid.
      try await send("from the peer", from: one, .host, to: TestCluster.address(1))
      try await waitUntil("the peer to be heard", for: .seconds(5)) { listener.output.contains("from the peer") }
      #expect(listener.output == "ready\nfrom the peer\n")
      // A container on the network cannot use another container's address.
      try await one.runIdle("cc", "--network", "wide", "--ip", "10.61.0.8")
      try await one.shell("ip addr add 10.61.0.200/24 dev eth0", in: .container("cc")).succeeded()
      #expect(try await one.exec("cc", "ping", "-c1", "-W1", "-I", "10.61.0.200", "10.61.0.9").code != 0)
      #expect(try await one.exec("cc", "ping", "-c1", "-W3", "10.61.0.9").code == 0)
    }
  }

  private static let listener = """
    import socket
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("0.0.0.0", 9999))
    print("ready")
    while True: print(listener.recv(2048).decode())
    """

  /// Sends one VXLAN frame: a broadcast with a datagram for port 9999 of an address.
  private static let forger = """
    import socket, struct, sys
    host, number, target, words = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4].encode()
    def total(data):
        data += b"\\0" * (len(data) % 2)
        value = sum(struct.unpack(f"!{len(data) // 2}H", data))
        while value >> 16: value = (value & 0xffff) + (value >> 16)
        return ~value & 0xffff
    udp = struct.pack("!HHHH", 5555, 9999, 8 + len(words), 0) + words
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0,
                       socket.inet_aton("10.61.0.50"), socket.inet_aton(target))
    head = head[:10] + struct.pack("!H", total(head)) + head[12:]
    frame = b"\\xff" * 6 + bytes.fromhex("02420a3d0032") + b"\\x08\\x00" + head + udp
    message = struct.pack("!II", 0x08000000, number << 8) + frame
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(message, (host, 4789))
    """

  @Test(.bareHost) func lostHostIsRemoved() async throws {
    try await TestCluster.with { cluster in
      let (one, two) = (cluster.hosts[0], cluster.hosts[1])
      try await one.docker("network", "create", "-d", "overlay", "wide").succeeded()
      try await two.runIdle("bb", "--network", "wide")
      let format = "{{.ID}} {{.Address}} {{.Status}} {{.Containers}}"
      let rows = try await one.causeway("cluster", "ls", "--format", format).succeeded().lines
      let row = try #require(rows.first { $0.contains(" 203.0.113.2 alive 1") }, "\(rows)")
      let id = String(row.prefix { $0 != " " })
      let early = try await one.causeway("cluster", "rm", id)
      #expect(early.code == 1 && early.stderr.contains("is alive"), "\(early)")
      try await two.killEngine()
      try await waitUntil("the node to be reported as down", for: .seconds(30)) {
        try await one.causeway("cluster", "ls", "--format", format).lines.contains("\(id) 203.0.113.2 down 1")
      }
      // Its containers run, so their endpoints stay.
      #expect(try await one.docker("network", "rm", "wide").code == 1)
      try await one.causeway("cluster", "rm", id).succeeded()
      #expect(try await one.causeway("cluster", "ls", "--quiet").succeeded().lines.count == 1)
      try await one.docker("network", "rm", "wide").succeeded()
      // It was not lost: it publishes its records again.
      try await cluster.startEngine(1)
      try await waitUntil("the network to be back", for: .seconds(10)) {
        try await one.docker("network", "inspect", "wide").code == 0
      }
      try await one.runIdle("aa", "--network", "wide")
      #expect(try await one.exec("aa", "ping", "-c1", "-W3", "bb").code == 0)
    }
  }

  @Test(.bareHost) func storeCanUseTLS() async throws {
    let host = try TestHost.shared
    let files = try await Certificates.make(
      in: "\(host.folder)/certificates", serverNames: "IP:\(TestHost.address)")
    let url = "https://\(TestHost.address):2379"
    _ = try await host.start([
      "etcd", "--data-dir", "\(host.folder)/etcd", "--listen-client-urls", url, "--advertise-client-urls", url,
      "--cert-file", files.path("server"), "--key-file", files.path("server-key"), "--logger", "zap", "--log-level",
      "error",
    ])
    try await waitUntil("etcd to answer", for: .seconds(20)) {
      try await host.run(["curl", "-s", "-k", "-m", "1", "\(url)/health"]).stdout.contains("true")
    }
    func flags(_ authority: String) -> [String] {
      [
        "--cluster-store", "\(url)/secure", "--cluster-advertise", "eth0", "--cluster-store-opt",
        "kv.cacertfile=\(files.path(authority))",
      ]
    }
    // A store with an invalid certificate is refused.
    try await host.startEngine(flags("other"))
    try await host.loadBusybox()
    let refused = try await host.docker("network", "create", "-d", "overlay", "wide")
    #expect(refused.code == 1 && refused.stderr.contains("certificate verify failed"), "\(refused)")
    try await host.killEngine(SIGTERM)
    try await host.startEngine(flags("ca"))
    try await waitUntil("the engine to follow the store", for: .seconds(10)) {
      try await host.docker("network", "create", "-d", "overlay", "wide").code == 0
    }
    try await host.runWeb("aa", "--network", "wide")
    try await host.runIdle("bb", "--network", "wide")
    #expect(try await Self.page("aa", from: "bb", host) == "aa")
  }

  @Test(.engineHost) func overlayNeedsACluster() async throws {
    let host = try TestHost.shared
    let refusal = try await host.docker("network", "create", "-d", "overlay", "wide")
    #expect(refusal.code == 1 && refusal.stderr.contains("This node is not a swarm manager"), "\(refusal)")
    #expect(refusal.stderr.contains("cluster-store"), "\(refusal)")
    let answer = try await host.api("POST", "/v1.50/networks/create", body: #"{"Name":"wide","Driver":"overlay"}"#)
    #expect(answer.status == 503, "\(answer)")
    #expect(try await host.causeway("cluster", "ls").code == 1)
  }

  @Test(.bareHost) func unsupportedOverlayOptionsAreRefused() async throws {
    try await TestCluster.with { cluster in
      let one = cluster.hosts[0]
      let cases: [([String], String)] = [
        (["--opt", "encrypted"], "encryption of overlay networks is not implemented"),
        (["-o", "com.docker.network.driver.overlay.vxlanid_list=0"], "is no VXLAN network identifier"),
        (["-o", "com.docker.network.driver.mtu=much"], "strconv.Atoi"),
        (["--ipam-driver", "nonesuch"], "not"),
        (["--subnet", "10.62.0.0/24", "--gateway", "10.63.0.1"], "no matching subnet"),
      ]
      for (words, reason) in cases {
        let refusal = try await one.docker(["network", "create", "-d", "overlay"] + words + ["bad"])
        #expect(refusal.code == 1 && refusal.stderr.contains(reason), "\(words): \(refusal)")
      }
      #expect(try await cluster.paths().allSatisfy { $0.hasPrefix("nodes/") || $0.hasPrefix("alive/") })
    }
  }
}
