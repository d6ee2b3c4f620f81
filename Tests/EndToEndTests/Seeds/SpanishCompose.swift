import Glibc
import TestHosts
import Testing

/// Guide 001, in Spanish: what a container is, and a web application with its PostgreSQL by Compose.
enum SpanishCompose {
  /// The part of `volume inspect` that the guide shows.
  static let piece = "volumes:\n  postgres_data:/var/lib/postgresql/data"

  static let steps: [Step] = [
    Step(claim: "processes, files and network of a container are its own") { lesson async throws in
      try await lesson.host.removeEverything()
      for name in ["one", "two"] { try await lesson.host.runWeb(name, "-v", "shared:/shared") }
      // Each sees only its own processes, and both listen on port 80.
      #expect(try await lesson.inside("one", "ps").stdout.contains("httpd -f -p 80 -h /srv two") == false)
      #expect(try await lesson.inside("one", "ls /proc | grep -c '^[0-9]'").text != "0")
      let own = try await lesson.inside("one", "ls -d /proc/[0-9]*").lines.count
      try await lesson.inside("two", "for i in 1 2 3 4 5 6 7 8; do sleep 60 & done").succeeded()
      #expect(try await lesson.inside("one", "ls -d /proc/[0-9]*").lines.count == own)
      try await lesson.inside("one", "echo mine >/file; echo ours >/shared/file").succeeded()
      #expect(try await lesson.inside("two", "cat /file").code != 0)
      #expect(try await lesson.inside("two", "cat /shared/file").text == "ours")
      let addresses = try await [
        lesson.host.address(of: "one", on: "bridge"), lesson.host.address(of: "two", on: "bridge"),
      ]
      #expect(addresses[0] != addresses[1])
      #expect(try await lesson.inside("one", "ip -4 -o addr show eth0").stdout.contains(addresses[0]))
      #expect(try await lesson.page(addresses[0]) == "one")
      #expect(try await lesson.page(addresses[1]) == "two")
      try await lesson.host.removeEverything()
      try await lesson.host.loadBaseImages("python:3", "postgres:13")
    },
    Step(by: "docker compose up", "makes the project's own network, on which all services are") { lesson async throws in
      let up = try await lesson.start("docker compose up")
      #expect(try await lesson.page("localhost:5000") == "visits 1", "\(up.output)\(up.errors)")
      let members = try await lesson.host.docker(
        "network", "inspect", "-f", "{{range .Containers}}{{.Name}} {{end}}", "mi_humilde_proyecto_default"
      ).succeeded().text
      #expect(Set(members.split(separator: " ")) == ["mi_humilde_proyecto-web-1", "mi_humilde_proyecto-db-1"])
      // Attached: the services' output is shown, and an interrupt stops them.
      try await waitUntil("the log of the visit") { up.output.contains("\"GET / HTTP/1.1\" 200") }
      up.kill(SIGINT)
      try await waitUntil("both to stop") { try await lesson.host.docker("ps", "-q").lines.isEmpty }
    },
    Step(
      by: "DATABASE_URL=postgresql://user:password@db:5432/mydatabase", "the service's name stands for its address"
    ) { lesson async throws in
      try await lesson.run("docker compose up -d").succeeded()
      let web = "mi_humilde_proyecto-web-1"
      let variables = try await lesson.inside(web, "env")
      #expect(variables.stdout.contains("DATABASE_URL=postgresql://user:password@db:5432/mydatabase\n"))
      let address = try await lesson.host.address(of: "mi_humilde_proyecto-db-1", on: "mi_humilde_proyecto_default")
      #expect(try await lesson.inside(web, "getent hosts db").stdout.contains(address))
      #expect(try await lesson.page("localhost:5000").hasPrefix("visits"))
    },
    Step(claim: "the published port answers on this machine and to any other device, the database's does not") {
      lesson async throws in
      #expect(try await lesson.page("\(TestHost.address):5000", from: .outside).hasPrefix("visits"))
      let database = try await lesson.host.address(of: "mi_humilde_proyecto-db-1", on: "mi_humilde_proyecto_default")
      #expect(try await lesson.reaches(database, 5432, from: .neighbour) == false)
      #expect(try await lesson.reaches(TestHost.address, 5432, from: .outside) == false)
      try await lesson.run("docker compose down -v").succeeded()
      #expect(try await lesson.run("docker network ls -q -f name=mi_humilde_proyecto").lines.isEmpty)
    },
    Step(claim: "with a volume the data outlives the database's container, and the host can read it") {
      lesson async throws in
      let both = "docker compose -f docker-compose.yml -f volumen.yml"
      try await lesson.run("\(both) up -d").succeeded()
      #expect(try await lesson.page("localhost:5000") == "visits 1")
      try await lesson.run("\(both) down").succeeded()
      #expect(try await lesson.host.docker("ps", "-aq").lines.isEmpty)
      try await lesson.run("\(both) up -d").succeeded()
      #expect(try await lesson.page("localhost:5000") == "visits 2")
      let path = try await lesson.host.docker(
        "volume", "inspect", "-f", "{{.Mountpoint}}", "mi_humilde_proyecto_postgres_data"
      ).succeeded().text
      #expect(try await lesson.host.shell("cat '\(path)/PG_VERSION'").succeeded().text != "")
      try await lesson.run("\(both) down -v").succeeded()
      #expect(try await lesson.host.docker("volume", "ls", "-q", "-f", "name=postgres_data").lines.isEmpty)
    },
    Step(claim: "the piece about the volume is not a file: written as it stands it is refused, and where") {
      lesson async throws in
      try await lesson.host.shell(
        "mkdir -p '\(lesson.folder)/../pieza' && cat >'\(lesson.folder)/../pieza/compose.yml'", stdin: piece
      )
      .succeeded()
      let refused = try await lesson.run("docker compose -f ../pieza/compose.yml up -d")
      #expect(refused.code != 0 && refused.stderr.contains("compose.yml:2:3:"), "\(refused)")
    },
  ]
}
