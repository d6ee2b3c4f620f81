import TestHosts
import Testing

/// Guide 000, in Spanish: networks for a backend and its database.
enum SpanishNetworks {
  static let steps: [Step] = [
    Step(claim: "a container that names no network is on bridge, and finds its peers there by name") {
      lesson async throws in
      try await lesson.host.removeEverything()
      for name in ["app", "db"] { try await lesson.host.runIdle(name) }
      let networks = try await lesson.host.inspect(
        "app", "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}")
      #expect(networks == "bridge")
      let ping = try await lesson.inside("app", "ping -c1 -W2 db")
      #expect(ping.code == 0, "\(ping)")
      try await lesson.host.removeEverything()
      try await lesson.build("mi-app-backend", from: "counter", on: "python:3")
      try await lesson.host.loadBaseImages("redis", "caddy")
      try await lesson.host.docker("tag", "redis", "mi-db-image").succeeded()
      try await lesson.host.runIdle("otro-contenedor")
    },
    Step("docker network create mi-red", "makes a network of this name") { lesson, output async throws in
      #expect(output.text.count == 64)
      #expect(try await lesson.run("docker network ls -q -f name=mi-red").lines.count == 1)
    },
    Step(
      "docker run -d --name backend --network mi-red mi-app-backend", "--network says which network it is connected to"
    ) { lesson, _ async throws in
      #expect(try await lesson.host.address(of: "backend", on: "mi-red").isEmpty == false)
    },
    Step("docker run -d --name db --network mi-red mi-db-image", "the services talk among themselves only") {
      lesson, _ async throws in
      let address = try await lesson.host.address(of: "backend", on: "mi-red")
      #expect(try await lesson.page("\(address):5000").hasPrefix("visits 1 by"))
      let database = try await lesson.host.address(of: "db", on: "mi-red")
      #expect(try await lesson.reaches(database, 6379, from: .container("backend")))
      for place in [TestHost.Place.neighbour, .outside] {
        #expect(try await lesson.reaches(database, 6379, from: place) == false)
        #expect(try await lesson.reaches(address, 5000, from: place) == false)
      }
      #expect(try await lesson.reaches(TestHost.address, 6379, from: .outside) == false)
    },
    Step("docker network connect mi-red otro-contenedor", "connects a container that is there already") {
      lesson, _ async throws in
      #expect(try await lesson.inside("otro-contenedor", "ping -c1 -W2 db").code == 0)
    },
    Step("docker network ls", "shows the networks there are") { lesson, output async throws in
      for name in ["bridge", "host", "none", "mi-red"] { #expect(output.stdout.contains(" \(name) ")) }
    },
    Step("docker network inspect mi-red", "shows the details of the network") { lesson, output async throws in
      for name in ["backend", "db", "otro-contenedor"] { #expect(output.stdout.contains("\"Name\": \"\(name)\"")) }
      #expect(output.stdout.contains("\"Subnet\""))
    },
    Step(claim: "networks decide who sees whom, and ports of different ones do not collide") { lesson async throws in
      try await lesson.host.docker("network", "create", "otra-red").succeeded()
      try await lesson.host.runIdle("ajeno", "--network", "otra-red")
      #expect(try await lesson.inside("ajeno", "ping -c1 -W1 db").code != 0)
      let database = try await lesson.host.address(of: "db", on: "mi-red")
      #expect(try await lesson.reaches(database, 6379, from: .container("ajeno")) == false)
      try await lesson.host.docker("run", "-d", "--name", "db2", "--network", "otra-red", "mi-db-image").succeeded()
      try await waitUntil("the second database") {
        try await lesson.reaches("127.0.0.1", 6379, from: .container("db2"))
      }
    },
    Step(claim: "a reverse proxy, caddy, spreads the load over replicas, of which there may be more and fewer") {
      lesson async throws in
      func scale(_ numbers: ClosedRange<Int>) async throws {
        for number in numbers {
          try await lesson.host.docker(
            "run", "-d", "--name", "replica\(number)", "--hostname", "replica\(number)", "--network", "mi-red",
            "--network-alias", "replica", "mi-app-backend"
          ).succeeded()
          #expect(try await lesson.page(lesson.host.address(of: "replica\(number)", on: "mi-red") + ":5000") != "")
        }
      }
      /// The servers that answer twelve requests in sequence. Only a stopping server may leave one unanswered.
      func answering() async throws -> Set<String> {
        var names: Set<String> = []
        for _ in 0..<12 {
          let page = try await lesson.host.run(
            ["curl", "-sf", "-m", "5", "http://\(TestHost.address):8088"], in: .outside)
          if page.code == 0 { names.insert(String(page.text.split(separator: " ").last ?? "")) }
        }
        return names
      }
      try await scale(1...2)
      try await lesson.host.docker(
        "run", "-d", "--name", "proxy", "--network", "mi-red", "-p", "8088:80", "-v",
        "\(lesson.folder)/balancer/Caddyfile:/etc/caddy/Caddyfile:ro", "caddy"
      ).succeeded()
      _ = try await lesson.page("\(TestHost.address):8088", from: .outside)
      #expect(try await answering() == ["replica1", "replica2"])
      try await scale(3...3)
      try await waitUntil("the third's turn") { try await answering().count == 3 }
      try await lesson.host.docker("rm", "-f", "replica1", "replica2").succeeded()
      try await waitUntil("the third alone") { try await answering() == ["replica3"] }
    },
  ]
}
