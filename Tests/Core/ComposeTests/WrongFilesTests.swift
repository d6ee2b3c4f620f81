import Testing

@testable import Compose

/// A faulty file, the location of the fault, and a part of the message.
struct WrongFile: Sendable, CustomTestStringConvertible {
  let text: String
  let line: Int
  let column: Int
  let words: String

  init(_ line: Int, _ column: Int, _ words: String, _ text: String) {
    self.text = text
    self.line = line
    self.column = column
    self.words = words
  }

  var testDescription: String { words }
}

@Suite struct WrongFilesTests {
  /// With a service `a` whose attributes are given, from line 4 on, at column 5.
  static func service(_ line: Int, _ column: Int, _ words: String, _ attributes: String) -> WrongFile {
    let indented = attributes.split(separator: "\n").map { "    \($0)\n" }.joined()
    return WrongFile(line, column, words, "services:\n  a:\n    image: i\n\(indented)")
  }

  static let files: [WrongFile] = [
    // The form of YAML.
    WrongFile(3, 1, "not YAML", "services:\n  a: [\n"),
    WrongFile(3, 3, "found the key \"a\" again", "services:\n  a: {image: i}\n  a: {image: j}\n"),
    WrongFile(2, 6, "which has no anchor", "services:\n  a: *nothing\n"),
    WrongFile(1, 1, "found a list, expected a mapping", "- services\n"),
    // What a file may hold.
    WrongFile(1, 1, "did you mean \"services\"?", "servises:\n  a: {image: i}\n"),
    WrongFile(1, 1, "no service is defined", "volumes: {}\n"),
    WrongFile(1, 11, "services: found a list, expected a mapping", "services: [a]\n"),
    WrongFile(2, 6, "services.a: found nothing, expected a mapping", "services:\n  a:\n".replacing("a:\n", "a: ~\n")),
    WrongFile(2, 3, "found the name \"a b\"", "services:\n  a b: {image: i}\n"),
    WrongFile(2, 6, "found neither image nor build", "services:\n  a: {command: x}\n"),
    WrongFile(1, 7, "found \"A B\"", "name: A B\nservices:\n  a: {image: i}\n").changed(words: "invalid project name"),
    WrongFile(3, 9, "models is not supported", "services:\n  a: {image: i}\nmodels: {m: {model: x}}\n"),
    // Types.
    service(4, 5, "did you mean \"ports\"?", "port: [80]"),
    service(4, 12, "services.a.ports: found \"80\", expected a list", "ports: \"80\"").changed(column: 12),
    service(4, 8, "found true, expected", "tty: [true]").changed(
      column: 10, words: "services.a.tty: found a list, expected true or false"),
    service(4, 15, "found the number 12, expected a text; put it in quotes", "hostname: 12"),
    service(4, 24, "services.a.command[1]: found the number 10, expected a text", "command: [sleep, 10]").changed(
      column: 22),
    service(4, 13, "expected a number", "cpus: many").changed(column: 11),
    service(4, 16, "expected a size like 512m", "mem_limit: lots"),
    service(4, 24, "expected a duration", "stop_grace_period: soon"),
    service(4, 12, "expected a whole number from 0", "scale: -1"),
    service(4, 17, "expected a whole number from 0 to 100", "cpu_percent: 101").changed(column: 18),
    service(4, 14, "expected no, always", "restart: sometimes"),
    service(4, 18, "expected always, never", "pull_policy: often"),
    service(4, 13, "expected one of host, private", "cgroup: shared"),
    service(4, 21, "expected a name of letters", "container_name: a/b"),
    service(5, 9, "found \"SYS_TIME\" twice", "cap_add: [SYS_TIME,\n  SYS_TIME]").changed(column: 7),
    service(4, 25, "found \"=b\", expected NAME=value", "environment: [\"=b\"]").changed(column: 19),
    // Ports.
    service(4, 13, "found \"99999\" as the container's port", "ports: [\"99999\"]"),
    service(4, 13, "found \"a\" as the host's port", "ports: [\"a:80\"]"),
    service(4, 13, "the protocol \"icmp\"", "ports: [\"80/icmp\"]"),
    service(4, 13, "expected an IP address", "ports: [\"300.0.0.1:80:80\"]"),
    service(4, 13, "3 host ports for 2 container ports", "ports: [\"80-82:80-81\"]"),
    service(4, 13, "the attribute \"target\" is missing", "ports: [{published: 80}]"),
    service(4, 14, "expected a port like 80", "expose: [\"http\"]").changed(column: 14),
    // Volumes.
    service(4, 15, "found the volume \"data\", which volumes: does not define", "volumes: [\"data:/d\"]"),
    service(4, 15, "found \"d\" as a mount's target, expected an absolute path", "volumes: [\"./x:d\"]"),
    service(4, 15, "expected source:target", "volumes: [\"a:b:c:d\"]"),
    service(4, 15, "the mount option \"sync\"", "volumes: [\"./a:/b:sync\"]"),
    service(4, 22, "expected one of bind, volume", "volumes: [{type: disk, target: /d}]"),
    service(5, 7, "found a second mount on /d; the first is at line 4", "volumes: [\"/a:/d\",\n  \"/b:/d\"]"),
    // Networks.
    service(4, 16, "found the network \"n\", which networks: does not define", "networks: [n]"),
    service(5, 5, "found both network_mode and networks", "network_mode: host\nnetworks: [default]").changed(
      column: 15),
    service(4, 40, "expected an IPv4 address", "networks: {default: {ipv4_address: 1.2.3}}").changed(column: 40),
    WrongFile(
      4, 32, "expected a subnet",
      "services:\n  a: {image: i, networks: [n]}\nnetworks:\n  n: {ipam: {config: [{subnet: 10.0.0.0/99}]}}\n"
    ).changed(column: 32),
    WrongFile(
      4, 22, "beside external: true",
      "services:\n  a: {image: i, networks: [n]}\nnetworks:\n  n: {external: true, driver: bridge}\n"
    ).changed(column: 23),
    // Dependencies.
    service(4, 17, "found the service \"b\", which services: does not define", "depends_on: [b]").changed(column: 18),
    WrongFile(
      2, 31, "dependency cycle: a -> b -> a",
      "services:\n  a: {image: i, depends_on: [b]}\n  b: {image: i, depends_on: [a]}\n"
    ).changed(line: 3, column: 30),
    service(4, 22, "expected one of service_started", "depends_on: {b: {condition: ready}}").changed(column: 33),
    service(4, 14, "which is not in /app/compose.yaml", "extends: base"),
    // Configs and secrets.
    service(4, 15, "found the secret \"s\", which secrets: does not define", "secrets: [s]"),
    WrongFile(4, 3, "found no source of the secret", "services:\n  a: {image: i}\nsecrets:\n  s: {name: x}\n"),
    WrongFile(
      4, 3, "external secrets are not supported", "services:\n  a: {image: i}\nsecrets:\n  s: {external: true}\n"),
    // Contradictions and missing objects.
    service(4, 12, "found scale 2 and deploy.replicas 3", "scale: 2\ndeploy: {replicas: 3}"),
    service(4, 21, "found container_name with 2 containers", "container_name: one\nscale: 2"),
    service(4, 11, "services.a.gpus is not supported", "gpus: all"),
    service(4, 25, "expected NONE, CMD or CMD-SHELL", "healthcheck: {test: [curl, x]}").changed(column: 26),
    service(4, 14, "an unclosed quote", "command: \"sh -c 'x\""),
    service(4, 14, "cannot be expanded", "command: \"${X\""),
    service(4, 14, "the required variable X is missing a value: set it", "command: \"${X:?set it}\""),
    service(4, 15, "/app/none.env: no such file", "env_file: none.env"),
    // Requests that the engine would reject.
    service(2, 6, "it needs to be an absolute path", "working_dir: here").changed(line: 3, column: 5),
    service(2, 6, "Minimum memory limit allowed is 6MB", "mem_limit: 1k").changed(line: 3, column: 5),
  ]

  @Test(arguments: files) func errorsNameLocationAndReason(_ file: WrongFile) {
    #expect {
      let project = try project(file.text)
      for service in project.services { _ = try ServiceContainer(project: project, service: service, number: 1).body() }
    } throws: { error in
      guard let error = error as? ComposeError, let location = error.location else {
        Issue.record("no location: \(error)")
        return false
      }
      let isRight =
        location.file == "/app/compose.yaml" && location.line == file.line && location.column == file.column
        && error.message.contains(file.words)
      if !isRight { Issue.record("\(error)\nexpected \(file.line):\(file.column): …\(file.words)…\nin\n\(file.text)") }
      return isRight
    }
  }

  @Test func atLeastFiftyFilesAreTested() { #expect(Self.files.count >= 50) }
}

extension WrongFile {
  fileprivate func changed(line: Int? = nil, column: Int? = nil, words: String? = nil) -> WrongFile {
    WrongFile(line ?? self.line, column ?? self.column, words ?? self.words, text)
  }
}

extension String {
  fileprivate func replacing(_ old: String, _ new: String) -> String {
    guard hasSuffix(old) else { return self }
    return dropLast(old.count) + new
  }
}
