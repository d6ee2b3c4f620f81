import TestHosts
import Testing

/// Guide 004, in English: the default bridge, user-defined networks, and a web application with Redis.
enum EnglishNetworking {
  static let steps: [Step] = [
    Step(claim: "there are the images, and a container that runs already") { lesson async throws in
      try await lesson.host.removeEverything()
      try await lesson.host.loadBaseImages("redis")
      try await lesson.build("chrch/web", from: "counter", on: "python:3")
      try await lesson.host.runIdle("plain")
    },
    Step("docker network ls", "lists the networks") { lesson, output async throws in
      for name in ["bridge", "host", "none"] { #expect(output.stdout.contains(" \(name) ")) }
    },
    Step(
      "docker network inspect <NETWORKNAME>", "tells about a network and the containers connected to it",
      placing: ["<NETWORKNAME>": "bridge"]
    ) { lesson, output async throws in
      #expect(output.stdout.contains("\"Name\": \"plain\"") && output.stdout.contains("\"Subnet\""))
    },
    Step(claim: "without -p those of one network talk, others do not, and the outside does not") {
      lesson async throws in
      for name in ["left", "right"] {
        try await lesson.run("docker network create \(name)").succeeded()
        for number in 1...2 { try await lesson.host.runWeb("\(name)\(number)", "--network", name) }
      }
      #expect(try await lesson.page("left2", inside: "left1") == "left2")
      let other = try await lesson.host.address(of: "right1", on: "right")
      #expect(try await lesson.reaches(other, 80, from: .container("left1")) == false)
      #expect(try await lesson.reaches(other, 80, from: .container("plain")) == false)
      #expect(try await lesson.reaches(other, 80, from: .neighbour) == false)
    },
    Step(claim: "a container can be on several networks, joins and leaves them while it runs") { lesson async throws in
      try await lesson.run("docker network connect right left1").succeeded()
      #expect(try await lesson.page("right2", inside: "left1") == "right2")
      #expect(try await lesson.page("left2", inside: "left1") == "left2")
      #expect(try await lesson.page("left1", inside: "right1") == "left1")
      try await lesson.run("docker network disconnect right left1").succeeded()
      #expect(try await lesson.inside("left1", "ping -c1 -W1 right2").code != 0)
      #expect(try await lesson.page("left2", inside: "left1") == "left2")
    },
    Step(claim: "every network of one's own makes a bridge that can be configured") { lesson async throws in
      try await lesson.run(
        "docker network create --subnet 10.77.0.0/24 -o com.docker.network.bridge.name=tuned -o com.docker.network.driver.mtu=1400 tuned"
      ).succeeded()
      try await lesson.host.runIdle("member", "--network", "tuned")
      let link = try await lesson.host.shell("ip -o link show tuned; ip -o -4 addr show tuned")
      #expect(link.stdout.contains("mtu 1400") && link.stdout.contains("10.77.0.1/24"), "\(link)")
      #expect(try await lesson.inside("member", "cat /sys/class/net/eth0/mtu").text == "1400")
    },
    Step(claim: "linked containers on the default bridge share variables of the environment") { lesson async throws in
      try await lesson.run("docker run -d --name store -e SECRET=word redis").succeeded()
      let linked = try await lesson.run("docker run --rm --link store:cache busybox env").succeeded()
      let address = try await lesson.host.address(of: "store", on: "bridge")
      #expect(linked.stdout.contains("CACHE_ENV_SECRET=word\n"), "\(linked)")
      #expect(linked.stdout.contains("CACHE_PORT_6379_TCP_ADDR=\(address)\n"))
      try await lesson.host.removeEverything()
    },
    Step(by: "docker network create -driver bridge mybridge", "makes a network; with one dash only ours takes it") {
      lesson async throws in
      let made = try await lesson.run("docker network create -driver bridge mybridge")
      switch lesson.client {
      case .docker:
        // Docker's command refuses it: it reads two arguments and a driver `river`.
        #expect(made.code != 0 && made.stderr.contains("requires 1 argument"), "\(made)")
        try await lesson.run("docker network create --driver bridge mybridge").succeeded()
      case .causeway: try made.succeeded()
      }
      #expect(try await lesson.host.inspect("mybridge", "{{.Driver}}") == "bridge")
    },
    Step("docker container run -d --net mybridge --name db redis", "runs the database on it"),
    Step(
      "docker container run -d --net mybridge -e DB=db -p 8000:5000 --name web chrch/web",
      "what comes in at 8000 goes to 5000 in the container, and the database exposes nothing"
    ) { lesson, _ async throws in
      #expect(try await lesson.page("localhost:8000").hasPrefix("visits 1"))
      #expect(try await lesson.page("\(TestHost.address):8000", from: .outside).hasPrefix("visits 2"))
      let database = try await lesson.host.address(of: "db", on: "mybridge")
      #expect(try await lesson.reaches(TestHost.address, 6379, from: .outside) == false)
      #expect(try await lesson.reaches(database, 6379, from: .neighbour) == false)
      #expect(try await lesson.run("docker port db").text.isEmpty)
    },
    Step(claim: "bridge is the driver one gets, and drivers that need a swarm are refused in a sentence") {
      lesson async throws in
      try await lesson.run("docker network create unsaid").succeeded()
      #expect(try await lesson.host.inspect("unsaid", "{{.Driver}}") == "bridge")
      let refused = try await lesson.run("docker network create -d overlay far")
      #expect(refused.code == 1 && refused.stderr.contains("not a swarm manager"), "\(refused)")
    },
  ]
}

extension Lesson {
  /// The page that a busybox container fetches.
  func page(_ url: String, inside container: String) async throws -> String {
    try await poll("http://\(url) from \(container)", for: .seconds(5)) {
      let output = try await inside(container, "timeout 3 wget -qO- http://\(url)/")
      return output.code == 0 ? output.text : nil
    }
  }
}
