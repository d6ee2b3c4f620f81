import TestHosts
import Testing

/// Guide 002, in Portuguese: kinds of networks, and a Flask application that reaches the outside, its host and MySQL.
enum PortugueseNetworks {
  static let steps: [Step] = [
    Step("docker network ls", "some networks are there from the start") { lesson, _ async throws in
      try await lesson.host.removeEverything()
      let names = try await lesson.run("docker network ls --format '{{.Name}} {{.Driver}}'").succeeded().lines
      #expect(names.sorted() == ["bridge bridge", "host host", "none null"])
    },
    Step("docker network create minharedeteste", "makes a network of the kind bridge; there can be several") {
      lesson, _ async throws in
      #expect(try await lesson.host.inspect("minharedeteste", "{{.Driver}}") == "bridge")
      for name in ["outra", "maisuma"] { try await lesson.run("docker network create \(name)").succeeded() }
    },
    Step("docker network create <nome>", "the same with another name", placing: ["<nome>": "minharede"]),
    Step("docker network create -d macvlan meumacvlan", "containers there are devices with an address of hardware") {
      lesson, _ async throws in
      #expect(try await lesson.host.inspect("meumacvlan", "{{.Driver}}") == "macvlan")
      try await lesson.host.runIdle("aparelho", "--network", "meumacvlan", "--mac-address", "02:42:c0:a8:00:07")
      #expect(try await lesson.inside("aparelho", "cat /sys/class/net/eth0/address").text == "02:42:c0:a8:00:07")
    },
    Step(claim: "none takes all connections away, host is the network of the machine itself") { lesson async throws in
      let alone = try await lesson.host.docker("run", "--rm", "--network", "none", "busybox", "ls", "/sys/class/net")
      #expect(alone.text == "lo", "\(alone)")
      let shared = try await lesson.host.docker("run", "--rm", "--network", "host", "busybox", "ip", "-4", "addr")
      #expect(shared.stdout.contains(TestHost.address), "\(shared)")
    },
    Step("docker network rm minharedeteste", "the network cannot be used any more; beware of connected containers") {
      lesson, _ async throws in
      let late = try await lesson.run("docker run --rm --network minharedeteste busybox true")
      #expect(late.code == 125 && late.stderr.contains("network minharedeteste not found"), "\(late)")
      try await lesson.host.runIdle("ligado", "--network", "outra")
      let used = try await lesson.run("docker network rm outra")
      #expect(used.code == 1 && used.stderr.contains("has active endpoints"), "\(used)")
    },
    Step("docker network rm <nome>", "the same with another name", placing: ["<nome>": "minharede"]),
    Step("docker network prune", "asks first, and removes what nothing uses", typing: "y\n") {
      lesson, output async throws in
      #expect(output.stdout.contains("This will remove all custom networks not used by at least one container."))
      #expect(output.stdout.contains("maisuma") && !output.stdout.contains("outra"))
      let left = try await lesson.run("docker network ls --format '{{.Name}}'").lines
      #expect(left.contains("outra") && left.contains("meumacvlan") && !left.contains("maisuma"))
      try await lesson.host.removeEverything()
      try await lesson.host.loadBaseImages("python:3", "mysql")
    },
    Step("docker build -t flaskexterna .", "builds the image of the application") { lesson, _ async throws in
      #expect(try await lesson.host.inspect("flaskexterna", "{{.Config.Cmd}}") == "[python3 app.py]")
    },
    Step(
      "docker run -d -p 5000:5000 --name flaskexternocontainer flaskexterna",
      "containers reach servers of the world outside"
    ) { lesson, _ async throws in
      let names = try await UpstreamNameServer(
        in: lesson.host.namespace(of: .outside), names: ["api.example.com": [192, 0, 2, 2]])
      defer { names.stop() }
      try await lesson.serve("{\"name\": \"outsider\"}", port: 80, in: .outside)
      #expect(try await lesson.page("localhost:5000").contains("outsider"))
      #expect(try await lesson.page("\(TestHost.address):5000", from: .neighbour).contains("outsider"))
    },
    Step(claim: "host.docker.internal is the machine that runs Docker") { lesson async throws in
      try await lesson.serve("{\"name\": \"landlord\"}", port: 7000, in: .host)
      #expect(try await lesson.page("localhost:5000/host").contains("landlord"))
    },
    Step(claim: "on a bridge, Flask in one container writes into MySQL in another") { lesson async throws in
      try await lesson.build("flaskmysql", from: "flaskmysql")
      for line in [
        "docker network create flasknetwork",
        "docker run -d --name mysql_api_container --network flasknetwork -e MYSQL_DATABASE=flaskdocker -e MYSQL_ALLOW_EMPTY_PASSWORD=True mysql",
        "docker run -d -p 5001:5000 --name flask_api_container --network flasknetwork flaskmysql",
      ] { try await lesson.run(line).succeeded() }
      try await poll("the first name", for: .seconds(60), every: .milliseconds(200)) {
        let inserted = try await lesson.host.run([
          "curl", "-sf", "-m", "5", "-X", "POST", "http://localhost:5001/Maria",
        ])
        return inserted.code == 0 ? () : nil
      }
      #expect(try await lesson.page("localhost:5001").contains("Maria"))
      let rows = try await lesson.inside("mysql_api_container", "mariadb flaskdocker -Ne 'SELECT name FROM people'")
      #expect(rows.text.contains("Maria"), "\(rows)")
      #expect(try await lesson.reaches(TestHost.address, 3306, from: .outside) == false)
    },
  ]
}

extension Lesson {
  /// A web server outside of containers, whose only page is `people.json`.
  func serve(_ page: String, port: Int, in place: TestHost.Place) async throws {
    let files = "\(host.folder)/served-\(port)"
    try await host.shell("mkdir -p '\(files)' && cat >'\(files)/people.json'", stdin: page).succeeded()
    guard try await !reaches("127.0.0.1", port, from: place) else { return }
    _ = try await host.start(["busybox", "httpd", "-f", "-p", "\(port)", "-h", files], in: place)
    try await waitUntil("the server at port \(port)") { try await reaches("127.0.0.1", port, from: place) }
  }
}
