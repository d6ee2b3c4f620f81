import TestHosts
import Testing

/// Guides to Docker networks, command by command.
@Suite(.serialized, .engineHost) struct GuideTests {
  /// Create a network, run two containers on it, talk by name, publish a port, connect a running container.
  @Test func fiveSteps() async throws {
    let host = try TestHost.shared
    let created = try await host.docker("network", "create", "my_custom_network").succeeded()
    #expect(created.text.count == 64)

    try await host.runIdle("container1", "--network", "my_custom_network")
    try await host.runIdle("container2", "--network", "my_custom_network")

    let ping = try await host.shell(
      "(sleep 0.5; echo 'ping -c1 -W2 container2'; sleep 1; echo exit) | script -qec 'docker exec -it container1 /bin/sh' /dev/null"
    )
    #expect(ping.all.contains("1 packets transmitted, 1 packets received"), "\(ping)")
    #expect(try await host.exec("container2", "ping", "-c1", "-W2", "container1").code == 0)

    try await host.runWeb("container3", "--network", "my_custom_network", "-p", "8080:80")
    #expect(try await host.fetchSoon("\(TestHost.address):8080", from: .outside) == "container3")
    #expect(try await host.fetchSoon("127.0.0.1:8080", from: .host) == "container3")

    try await host.runIdle("container_name")
    #expect(try await host.exec("container_name", "ping", "-c1", "-W1", "container1").code != 0)
    try await host.docker("network", "connect", "my_custom_network", "container_name").succeeded()
    #expect(try await host.exec("container_name", "ping", "-c1", "-W2", "container1").code == 0)
    #expect(try await host.exec("container1", "ping", "-c1", "-W2", "container_name").code == 0)
  }

  @Test func frontendAndBackend() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "app_network").succeeded()
    try await host.runWeb("backend", "--network", "app_network")
    try await host.docker(
      "run", "-d", "--name", "frontend", "--network", "app_network", "-p", "3000:3000", "busybox", "sh", "-c",
      TestHost.webScript("frontend", ports: [3000])
    ).succeeded()
    _ = try await host.fetchSoon("127.0.0.1:3000", from: .host)
    #expect(try await host.exec("frontend", "timeout", "3", "wget", "-qO-", "http://backend/").text == "backend")
  }

  /// The guide says `-driver`; clients accept `--driver` only.
  @Test func webAndDatabase() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "--driver", "bridge", "mybridge").succeeded()
    try await host.docker(
      "container", "run", "-d", "--net", "mybridge", "--name", "db", "busybox", "sh", "-c",
      TestHost.webScript("rows", ports: [6379])
    ).succeeded()
    try await host.docker(
      "container", "run", "-d", "--net", "mybridge", "-e", "DB=db", "-p", "8000:5000", "--name", "web", "busybox",
      "sh", "-c", TestHost.webScript("web", ports: [5000])
    ).succeeded()
    #expect(try await host.fetchSoon("\(TestHost.address):8000", from: .outside) == "web")
    let row = try await host.exec("web", "sh", "-c", "timeout 3 wget -qO- http://$DB:6379/")
    #expect(row.text == "rows", "\(row)")
    // The database publishes no port.
    #expect(try await host.fetch("\(TestHost.address):6379", from: .outside, seconds: 1) == nil)
    let address = try await host.address(of: "db", on: "mybridge")
    #expect(try await host.fetch("\(address):6379", from: .neighbour, seconds: 1) == nil)
  }

  @Test func defaultNetworksAreListed() async throws {
    let host = try TestHost.shared
    let names = try await host.docker("network", "ls", "--format", "{{.Name}} {{.Driver}} {{.Scope}}").succeeded().lines
    for expected in ["bridge bridge local", "host host local", "none null local"] {
      #expect(names.contains(expected))
    }
    try await host.runIdle("listed")
    let shown = try await host.docker(
      "network", "inspect", "-f", "{{range .Containers}}{{.Name}} {{end}}", "bridge"
    ).succeeded()
    #expect(shown.text.contains("listed"))
  }
}
