extension NetworkScenario {
  private static let bridge = "com.docker.network.bridge."

  /// The host has 192.0.2.1 towards outside, and 198.51.100.1 on eth1 towards a neighbour that uses it as a router.
  package static let all: [NetworkScenario] = [
    NetworkScenario(
      "bridge", networks: [Network("shop", "10.10.0.0/24")],
      containers: [Container("web", on: "shop", published: ["8080:80"]), Container("mate", on: "shop")],
      reaches: """
        mate -> web:80 = web
        mate -> web:81 = web
        web -> mate:80 = mate
        mate -> host:8080 = web
        web -> host:8080 = web
        web -> outside:9000 = outside
        outside -> host:8080 = web
        neighbour -> host:8080 = web
        host -> localhost:8080 = web
        host -> localhost6:8080 = web
        host -> @web/shop:81 = web
        outside -> host:81 = nothing
        neighbour -> @web/shop:80 = nothing
        neighbour -> @web/shop:81 = nothing
        """),
    NetworkScenario(
      "two-networks", networks: [Network("front", "10.10.0.0/24"), Network("back", "10.11.0.0/24")],
      containers: [
        Container("web", on: "front"), Container("db", on: "back", published: ["5432:80"]),
        Container("app", on: "front", "back"),
      ],
      reaches: """
        app -> web:80 = web
        app -> db:80 = db
        web -> app:80 = app
        db -> app:80 = app
        web -> db:80 = nothing
        web -> @db/back:80 = nothing
        db -> @web/front:80 = nothing
        web -> @app/back:80 = nothing
        web -> host:5432 = db
        app -> outside:9000 = outside
        """),
    NetworkScenario(
      "reverse-proxy",
      networks: [
        Network("front", "10.10.0.0/24", "fd00:10::/64"), Network("services", "10.11.0.0/24", "fd00:11::/64"),
      ],
      containers: [
        Container("proxy", on: "front", "services", published: ["8080:80"]), Container("app", on: "services"),
      ],
      reaches: """
        app -> host:8080 = proxy
        app -> host6:8080 = proxy
        app -> proxy:80 = proxy
        proxy -> host:8080 = proxy
        proxy -> app:80 = app
        outside -> host:8080 = proxy
        app -> @proxy/front:80 = nothing
        """),
    NetworkScenario(
      "internal", networks: [Network("vault", "10.10.0.0/24", isInternal: true)],
      containers: [Container("db", on: "vault", published: ["8080:80"]), Container("mate", on: "vault")],
      reaches: """
        mate -> db:80 = db
        mate -> outside:9000 = nothing
        outside -> host:8080 = nothing
        neighbour -> @db/vault:80 = nothing
        host -> @db/vault:80 = db
        """),
    NetworkScenario(
      "internal-and-bridge",
      networks: [Network("vault", "10.10.0.0/24", isInternal: true), Network("shop", "10.11.0.0/24")],
      containers: [
        Container("db", on: "vault"), Container("app", on: "vault", "shop", published: ["8080:80"]),
      ],
      reaches: """
        app -> db:80 = db
        db -> app:80 = app
        db -> outside:9000 = nothing
        app -> outside:9000 = outside
        outside -> host:8080 = app
        db -> @app/shop:80 = nothing
        """),
    NetworkScenario(
      "isolated",
      networks: [
        Network(
          "cell", "10.10.0.0/24", isInternal: true, options: ["\(bridge)gateway_mode_ipv4": "isolated"])
      ],
      containers: [Container("one", on: "cell"), Container("two", on: "cell")],
      reaches: """
        two -> one:80 = one
        two -> outside:9000 = nothing
        host -> @one/cell:80 = nothing
        neighbour -> @one/cell:80 = nothing
        """),
    NetworkScenario(
      "silent", networks: [Network("quiet", "10.10.0.0/24", options: ["\(bridge)enable_icc": "false"])],
      containers: [Container("web", on: "quiet", published: ["8080:80"]), Container("mate", on: "quiet")],
      reaches: """
        mate -> web:80 = nothing
        mate -> @web/quiet:80 = nothing
        mate -> outside:9000 = outside
        outside -> host:8080 = web
        host -> @web/quiet:80 = web
        """),
    NetworkScenario(
      "routed", networks: [Network("plain", "10.10.0.0/24", options: ["\(bridge)gateway_mode_ipv4": "routed"])],
      containers: [Container("web", on: "plain", published: ["80"]), Container("mate", on: "plain")],
      reaches: """
        mate -> web:81 = web
        neighbour -> @web/plain:80 = web
        neighbour -> @web/plain:81 = nothing
        neighbour -> @mate/plain:80 = nothing
        web -> neighbour:9000 = neighbour
        web -> outside:9000 = nothing
        """),
    NetworkScenario(
      "unprotected",
      networks: [Network("open", "10.10.0.0/24", options: ["\(bridge)gateway_mode_ipv4": "nat-unprotected"])],
      containers: [Container("web", on: "open", published: ["8080:80"])],
      reaches: """
        neighbour -> @web/open:80 = web
        neighbour -> @web/open:81 = web
        outside -> host:8080 = web
        web -> outside:9000 = outside
        """),
    NetworkScenario(
      "trusting",
      networks: [Network("trust", "10.10.0.0/24", options: ["\(bridge)trusted_host_interfaces": "eth1"])],
      containers: [Container("web", on: "trust", published: ["8080:80"])],
      reaches: """
        neighbour -> @web/trust:80 = web
        neighbour -> @web/trust:81 = nothing
        outside -> host:8080 = web
        """),
    NetworkScenario(
      "without-masquerade",
      networks: [Network("bare", "10.10.0.0/24", options: ["\(bridge)enable_ip_masquerade": "false"])],
      containers: [Container("web", on: "bare", published: ["8080:80"])],
      reaches: """
        outside -> host:8080 = web
        web -> neighbour:9000 = neighbour
        web -> outside:9000 = nothing
        """),
    NetworkScenario(
      "both-families", networks: [Network("shop", "10.10.0.0/24", "fd00:10::/64")],
      containers: [Container("web", on: "shop", published: ["8080:80"]), Container("mate", on: "shop")],
      reaches: """
        mate -> @web/shop/6:81 = web
        outside -> host6:8080 = web
        neighbour -> host6:8080 = web
        host -> localhost6:8080 = web
        mate -> host6:8080 = web
        web -> outside6:9000 = outside
        neighbour -> @web/shop/6:81 = nothing
        """),
    NetworkScenario(
      "ipv6-only", networks: [Network("six", "fd00:10::/64", hasIPv4: false)],
      containers: [Container("web", on: "six", published: ["8080:80"]), Container("mate", on: "six")],
      reaches: """
        mate -> web:80 = web
        outside -> host6:8080 = web
        web -> outside6:9000 = outside
        web -> outside:9000 = nothing
        neighbour -> @web/six/6:80 = nothing
        """),
    NetworkScenario(
      "one-address", networks: [Network("shop", "10.10.0.0/24")],
      containers: [
        Container("web", on: "shop", published: ["127.0.0.1:8080:80", "192.0.2.1:8081:80", "8082-8083:80-81"])
      ],
      reaches: """
        host -> localhost:8080 = web
        outside -> host:8080 = nothing
        outside -> host:8081 = web
        neighbour -> eth1:8081 = nothing
        neighbour -> eth1:8082 = web
        neighbour -> eth1:8083 = web
        host -> localhost:8081 = nothing
        """),
    NetworkScenario(
      "named-bridge",
      networks: [
        Network("mine", "10.10.0.0/24", options: ["\(bridge)name": "mine0", "com.docker.network.driver.mtu": "1400"])
      ],
      containers: [Container("web", on: "mine", published: ["8080:80"])],
      reaches: """
        outside -> host:8080 = web
        web -> outside:9000 = outside
        """),
    NetworkScenario(
      "macvlan",
      networks: [Network("lan", "198.51.100.128/25", driver: "macvlan", options: ["parent": "eth1"])],
      containers: [Container("web", on: "lan"), Container("mate", on: "lan")],
      reaches: """
        mate -> web:80 = web
        host -> @web/lan:80 = nothing
        """),
    NetworkScenario(
      "macvlan-alone", networks: [Network("lan", "10.10.0.0/24", driver: "macvlan")],
      containers: [Container("web", on: "lan"), Container("mate", on: "lan")],
      reaches: """
        mate -> web:80 = web
        mate -> outside:9000 = nothing
        host -> @web/lan:80 = nothing
        """),
    NetworkScenario(
      "modes", networks: [Network("shop", "10.10.0.0/24")],
      containers: [
        Container("web", on: "shop", published: ["8080:80"]), Container("side", on: "container:web"),
        Container("plain", on: "host"), Container("lone", on: "none"),
      ],
      reaches: """
        side -> localhost:80 = web
        outside -> host:8090 = plain
        web -> host:8090 = plain
        lone -> localhost:80 = lone
        lone -> @web/shop:80 = nothing
        lone -> host:8080 = nothing
        plain -> @web/shop:80 = web
        """),
  ]
}
