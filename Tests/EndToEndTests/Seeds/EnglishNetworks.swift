import TestHosts
import Testing

/// Guide 003, in English: five steps with a custom network, and a frontend with its backend, also by Compose.
enum EnglishNetworks {
  private static let image = ["<image_name>": "nginx"]

  static let steps: [Step] = [
    Step(claim: "there are the images, and a container that runs already") { lesson async throws in
      try await lesson.host.removeEverything()
      try await lesson.host.loadBaseImages("nginx")
      try await lesson.build("backend_image", from: "backend", on: "nginx")
      try await lesson.build("frontend_image", from: "frontend", on: "python:3")
      try await lesson.host.runIdle("container_name")
    },
    Step("docker network create my_custom_network", "makes a bridge network of this name") { lesson, _ async throws in
      #expect(try await lesson.host.inspect("my_custom_network", "{{.Driver}}") == "bridge")
    },
    Step(
      "docker run -d --name container1 --network my_custom_network <image_name>", "runs on the custom network",
      placing: image),
    Step(
      "docker run -d --name container2 --network my_custom_network <image_name>", "both reach each other by name",
      placing: image
    ) { lesson, _ async throws in
      for (one, other) in [("container1", "container2"), ("container2", "container1")] {
        #expect(try await lesson.inside(one, "curl -s -m 3 http://\(other)").stdout.contains("Welcome"))
      }
    },
    Step(by: "docker exec -it container1 /bin/sh", "gives a shell in the container") { lesson async throws in
      let shell = try await lesson.type(["tty", "hostname"], into: "docker exec -it container1 /bin/sh")
      let id = try await lesson.host.inspect("container1", "{{.Id}}")
      #expect(shell.all.contains("/dev/pts/0") && shell.all.contains(id.prefix(12)), "\(shell)")
    },
    Step(by: "ping container2", "is answered") { lesson async throws in
      // `ping` does not end by itself, so the test types an interrupt.
      let shell = try await lesson.type(["ping container2", "\u{3}"], into: "docker exec -it container1 /bin/sh")
      #expect(shell.all.contains("64 bytes from container2"), "\(shell)")
      #expect(shell.all.contains(" 0% packet loss"), "\(shell)")
    },
    Step(claim: "those of another network are isolated") { lesson async throws in
      try await lesson.run("docker network create elsewhere").succeeded()
      try await lesson.host.runIdle("stranger", "--network", "elsewhere")
      #expect(try await lesson.inside("stranger", "ping -c1 -W1 container1").code != 0)
      let address = try await lesson.host.address(of: "container1", on: "my_custom_network")
      #expect(try await lesson.reaches(address, 80, from: .container("stranger")) == false)
      #expect(try await lesson.reaches(TestHost.address, 8080, from: .outside) == false)
      // The next command takes the name again.
      try await lesson.run("docker rm -f container1").succeeded()
    },
    Step(
      "docker run -d --name container1 --network my_custom_network -p 8080:80 <image_name>",
      "the published port answers on the host and to other devices", placing: image
    ) { lesson, _ async throws in
      #expect(try await lesson.page("localhost:8080").contains("Welcome"))
      for place in [TestHost.Place.outside, .neighbour] {
        #expect(try await lesson.page("\(TestHost.address):8080", from: place).contains("Welcome"))
      }
    },
    Step("docker network connect my_custom_network container_name", "connects a container that runs already") {
      lesson, _ async throws in
      #expect(try await lesson.inside("container_name", "ping -c1 -W2 container1").code == 0)
      #expect(try await lesson.inside("container2", "ping -c1 -W2 container_name").code == 0)
    },
    Step("docker network create app_network", "makes the application's network"),
    Step("docker run -d --name backend --network app_network backend_image", "starts the backend"),
    Step(
      "docker run -d --name frontend --network app_network -p 3000:3000 frontend_image",
      "the frontend reaches it under the name backend"
    ) { lesson, _ async throws in
      #expect(try await lesson.page("localhost:3000") == "<h1>hello from the backend</h1>")
      #expect(try await lesson.page("\(TestHost.address):3000", from: .outside).contains("hello"))
      try await lesson.host.removeEverything()
    },
    Step(by: "docker-compose up -d", "runs the same from a file, by the older program and by ours") {
      lesson async throws in
      let networks = "docker network ls -q -f name=frontend_app_network"
      for compose in ["docker-compose", "docker compose"] {
        try await lesson.run("cd frontend && \(compose) up -d").succeeded()
        #expect(try await lesson.page("localhost:3000") == "<h1>hello from the backend</h1>")
        #expect(try await lesson.run(networks).lines.count == 1)
        try await lesson.run("cd frontend && \(compose) down").succeeded()
        #expect(try await lesson.run(networks).lines.isEmpty)
      }
    },
  ]
}
