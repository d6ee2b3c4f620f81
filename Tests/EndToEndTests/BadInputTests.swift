import TestHosts
import Testing

/// Malformed, overlapping or out-of-range values are refused with Docker's messages and leave nothing behind.
@Suite(.serialized, .engineHost) struct BadInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let what: String
    let method: String
    let path: String
    var body: String?
    /// `nil`: any error status.
    let status: Int?
    /// A part of the message, in any case.
    let says: String

    var testDescription: String { what }

    static func post(_ what: String, _ path: String, _ body: String?, _ status: Int?, _ says: String) -> Case {
      Case(what: what, method: "POST", path: "/v1.50\(path)", body: body, status: status, says: says)
    }

    static func network(_ what: String, _ ipam: String, _ status: Int?, _ says: String) -> Case {
      post(what, "/networks/create", "{\"Name\":\"bad\",\"IPAM\":{\"Config\":[\(ipam)]}}", status, says)
    }

    static func container(_ what: String, _ fields: String, _ status: Int?, _ says: String, name: String = "bad")
      -> Case
    {
      post(what, "/containers/create?name=\(name)", "{\"Image\":\"busybox\",\"Cmd\":[\"true\"]\(fields)}", status, says)
    }
  }

  static let cases: [Case] = [
    .network("prefix too long", "{\"Subnet\":\"10.0.0.0/33\"}", 400, "invalid CIDR block notation"),
    .network("no address", "{\"Subnet\":\"ten/8\"}", 400, "invalid CIDR block notation"),
    .network("host bits", "{\"Subnet\":\"10.99.0.1/24\"}", 400, "it should be 10.99.0.0/24"),
    .network("gateway elsewhere", "{\"Subnet\":\"10.99.0.0/24\",\"Gateway\":\"10.98.0.1\"}", 400, "10.98.0.1"),
    .network("gateway malformed", "{\"Subnet\":\"10.99.0.0/24\",\"Gateway\":\"x\"}", 400, "invalid"),
    .network(
      "range outside", "{\"Subnet\":\"10.99.0.0/24\",\"IPRange\":\"10.98.0.0/25\"}", 400, "range"),
    .network("overlap", "{\"Subnet\":\"10.50.0.0/24\"}", 403, "Pool overlaps with other one on this address space"),
    .post(
      "network name taken", "/networks/create", "{\"Name\":\"taken\"}", 409, "network with name taken already exists"),
    .post("network without name", "/networks/create", "{\"Name\":\"\"}", 400, "name"),
    .post("network of a reserved name", "/networks/create", "{\"Name\":\"bridge\"}", 403, "predefined bridge network"),
    .post("network driver unknown", "/networks/create", "{\"Name\":\"bad\",\"Driver\":\"warp\"}", 404, "warp"),
    .post("JSON cut short", "/networks/create", "{\"Name\":", 400, "json"),
    .post("JSON of another kind", "/networks/create", "[1,2]", 400, "json"),
    .post("JSON with a wrong type", "/networks/create", "{\"Name\":5}", 400, "json"),
    .post("no body", "/networks/create", nil, 400, "EOF"),
    Case(
      what: "remove a predefined network", method: "DELETE", path: "/v1.50/networks/bridge", status: 403,
      says: "bridge is a pre-defined network and cannot be removed"),
    Case(
      what: "remove a network nobody has", method: "DELETE", path: "/v1.50/networks/ghost", status: 404,
      says: "network ghost not found"),
    Case(
      what: "remove a network in use", method: "DELETE", path: "/v1.50/networks/taken", status: 403,
      says: "has active endpoints"),
    Case(
      what: "inspect a network nobody has", method: "GET", path: "/v1.50/networks/ghost", status: 404,
      says: "network ghost not found"),
    .post("connect nobody", "/networks/taken/connect", "{\"Container\":\"ghost\"}", 404, "No such container: ghost"),
    .post(
      "connect to nowhere", "/networks/ghost/connect", "{\"Container\":\"resident\"}", 404, "network ghost not found"),
    .post(
      "connect twice", "/networks/taken/connect", "{\"Container\":\"resident\"}", 403, "already exists in network taken"
    ),
    .post(
      "connect at an address elsewhere", "/networks/plain/connect",
      "{\"Container\":\"resident\",\"EndpointConfig\":{\"IPAMConfig\":{\"IPv4Address\":\"10.9.9.9\"}}}", 400, "address"),
    .post(
      "disconnect what is not there", "/networks/plain/disconnect", "{\"Container\":\"resident\"}", nil, "not connected"
    ),

    .container("container name malformed", "", 400, "only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed", name: "no%20good"),
    .container("container name taken", "", 409, "is already in use by container", name: "resident"),
    .post("image unknown", "/containers/create?name=bad", "{\"Image\":\"ghost\"}", 404, "No such image: ghost:latest"),
    .post(
      "image malformed", "/containers/create?name=bad", "{\"Image\":\"UPPER CASE\"}", 400, "invalid reference format"),
    .container(
      "port out of range", ",\"HostConfig\":{\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"99999\"}]}}", 400, "port"),
    .container(
      "port malformed", ",\"HostConfig\":{\"PortBindings\":{\"eighty/tcp\":[{\"HostPort\":\"80\"}]}}", 400, "port"),
    .container(
      "address of a port malformed",
      ",\"HostConfig\":{\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"1.2.3\",\"HostPort\":\"80\"}]}}", 400, "1.2.3"),
    .container(
      "address malformed",
      ",\"HostConfig\":{\"NetworkMode\":\"taken\"},\"NetworkingConfig\":{\"EndpointsConfig\":{\"taken\":{\"IPAMConfig\":{\"IPv4Address\":\"x\"}}}}",
      400, "invalid"),
    .container(
      "no folder of that name",
      ",\"HostConfig\":{\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/no/such\",\"Target\":\"/x\"}]}", 400, "/no/such"),
    .container("bind malformed", ",\"HostConfig\":{\"Binds\":[\"a:b:c:d\"]}", 400, "invalid"),
    .container("capability unknown", ",\"HostConfig\":{\"CapAdd\":[\"FLY\"]}", 400, "FLY"),
    Case(
      what: "start nobody", method: "POST", path: "/v1.50/containers/ghost/start", status: 404,
      says: "No such container: ghost"),
    Case(
      what: "signal unknown", method: "POST", path: "/v1.50/containers/resident/kill?signal=SIGFLY", status: 400,
      says: "invalid signal"),
    Case(
      what: "remove what runs", method: "DELETE", path: "/v1.50/containers/resident", status: 409, says: "running"),
    Case(
      what: "filter malformed", method: "GET", path: "/v1.50/containers/json?filters=x", status: 400, says: "invalid"),
    Case(
      what: "filter unknown", method: "GET", path: "/v1.50/networks?filters=%7B%22colour%22:%5B%22red%22%5D%7D",
      status: 400,
      says: "invalid filter"),
    Case(what: "no such page", method: "GET", path: "/v1.50/nonesuch", status: 404, says: "page not found"),
    Case(
      what: "version of tomorrow", method: "GET", path: "/v1.99/info", status: 400,
      says: "client version 1.99 is too new. Maximum supported API version is 1.55"),
    Case(
      what: "version of yesterday", method: "GET", path: "/v1.10/info", status: 400,
      says: "client version 1.10 is too old. Minimum supported API version is 1.24"),
  ]

  @Test func badRequestIsRefusedAndLeavesNothing() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "--subnet", "10.50.0.0/16", "taken").succeeded()
    try await host.docker("network", "create", "plain").succeeded()
    try await host.runIdle("resident", "--network", "taken")
    let before = try await host.snapshot()
    let listed = try await host.docker("ps", "-a", "--format", "{{.Names}}").stdout
    let networks = try await host.docker("network", "ls", "-q").stdout
    for item in Self.cases {
      let answer = try await host.api(item.method, item.path, body: item.body)
      #expect(item.status.map { answer.status == $0 } ?? (answer.status >= 400), "\(item.what): \(answer)")
      #expect(answer.body.lowercased().contains(item.says.lowercased()), "\(item.what): \(answer)")
      #expect(answer.body.contains("\"message\""), "\(item.what): \(answer)")
    }
    let after = try await host.snapshot()
    #expect(after.extra(since: before).isEmpty && before.extra(since: after).isEmpty, "\(after.extra(since: before))")
    #expect(try await host.docker("ps", "-a", "--format", "{{.Names}}").stdout == listed)
    #expect(try await host.docker("network", "ls", "-q").stdout == networks)
  }

  /// Fails at the start: Docker creates the container first, and the client removes it.
  @Test(arguments: [
    (["--network", "ghost"], "network ghost not found"),
    (["--network", "container:ghost"], "No such container: ghost"),
    (
      ["--network", "fixed-here", "--ip", "10.9.9.9"],
      "no configured subnet or ip-range contain the IP address 10.9.9.9"
    ),
    (["--ip", "172.17.0.99"], "user specified IP address is supported"),
  ])
  func impossibleRunIsRefused(options: [String], says: String) async throws {
    let host = try TestHost.shared
    _ = try await host.docker("network", "create", "--subnet", "10.51.0.0/24", "fixed-here")
    let listed = try await host.docker("ps", "-aq").lines
    let output = try await host.docker(["run", "--rm"] + options + ["busybox", "true"])
    #expect(output.code == 125)
    #expect(output.stderr.contains(says), "\(output)")
    try await waitUntil("the container to be gone", for: .seconds(5)) {
      try await host.docker("ps", "-aq").lines == listed
    }
  }

  @Test func failedRunLeavesNothing() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "clean").succeeded()
    let before = try await host.snapshot()
    #expect(try await host.docker("run", "--rm", "--network", "clean", "busybox", "nonesuch").code == 127)
    #expect(
      try await host.docker("run", "--rm", "--network", "clean", "-w", "/etc/passwd/x", "busybox", "true").code != 0)
    try await host.expectNothingSince(before)
    try await host.docker("network", "rm", "clean").succeeded()
  }
}
