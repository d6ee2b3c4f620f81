import TestHosts
import Testing

/// Text of a request that could become something else in a file or in a path.
@Suite(.serialized, .engineHost) struct InjectionTests {
  /// Creates a container from `HostConfig` or other members of the body.
  private func create(_ host: TestHost, _ members: String) async throws -> APIAnswer {
    try await host.api(
      "POST", "/v1.50/containers/create", body: "{\"Image\":\"busybox\",\"Cmd\":[\"cat\",\"/etc/hosts\"],\(members)}")
  }

  @Test func noLineIsAddedToAFile() async throws {
    let host = try TestHost.shared
    try await host.runIdle("target")
    let line = "x\\n192.0.2.66 registry.example"
    for members in [
      "\"HostConfig\":{\"Links\":[\"target:\(line)\"]}", "\"HostConfig\":{\"Links\":[\"target:a b\"]}",
      "\"HostConfig\":{\"Links\":[\"target:a=b\"]}", "\"HostConfig\":{\"ExtraHosts\":[\"\(line):192.0.2.1\"]}",
      "\"HostConfig\":{\"Dns\":[\"192.0.2.1\\nsearch evil\"]}", "\"HostConfig\":{\"DnsSearch\":[\"\(line)\"]}",
      "\"HostConfig\":{\"DnsOptions\":[\"\(line)\"]}", "\"Hostname\":\"\(line)\"", "\"Domainname\":\"\(line)\"",
      "\"NetworkingConfig\":{\"EndpointsConfig\":{\"net\":{\"Aliases\":[\"\(line)\"]}}}",
      "\"NetworkingConfig\":{\"EndpointsConfig\":{\"net\":{\"Links\":[\"target:\(line)\"]}}}",
    ] {
      let answer = try await create(host, members)
      #expect(answer.status == 400, "\(members): \(answer)")
    }
    let alias = try await create(host, "\"HostConfig\":{\"Links\":[\"target:my-alias_1.x\"]}")
    #expect(alias.status == 201, "\(alias)")
    let build = try await host.shell(
      """
      printf 'FROM busybox\\nRUN cat /etc/hosts\\n' >\(host.folder)/Dockerfile
      tar c -C \(host.folder) Dockerfile | curl -s -w '%{http_code}' --unix-socket \(host.socketPath) --data-binary @- \
        -H 'Content-Type: application/x-tar' 'http://engine/v1.50/build?extrahosts=x%0A192.0.2.66%20evil:192.0.2.1'
      """)
    #expect(build.text.hasSuffix("400"), "\(build)")
    try await host.removeEverything()
  }

  @Test func longNamesAreRefused() async throws {
    let host = try TestHost.shared
    for length in [255, 256, 300] {
      let name = String(repeating: "v", count: length)
      let answer = try await host.api("POST", "/v1.50/volumes/create", body: "{\"Name\":\"\(name)\"}")
      #expect(answer.status == (length > 255 ? 400 : 201), "\(length): \(answer)")
      let used = try await create(host, "\"HostConfig\":{\"Binds\":[\"\(name):/v\"]}")
      #expect(used.status == (length > 255 ? 400 : 201), "\(length): \(used)")
    }
    try await host.removeEverything()
  }

  @Test func theSocketAcceptsAsManyAsTheKernelAllows() async throws {
    let host = try TestHost.shared
    let backlog = try await host.shell(
      "ss -xlnH | awk -v path=\(host.socketPath) '$5 == path { print $4 }'; cat /proc/sys/net/core/somaxconn"
    ).succeeded().lines
    #expect(backlog.count == 2 && backlog[0] == backlog[1], "\(backlog)")
  }
}
