package import Addressing

/// The part of a container's configuration that does not depend on the host (`ContainerConfig` in the Docker API).
package struct ContainerConfiguration: Sendable, Hashable {
  package var image: String = ""
  /// `nil`: the image's.
  package var command: [String]?
  /// `nil`: the image's; empty: none.
  package var entrypoint: [String]?
  /// `NAME=value`; a name alone removes the variable.
  package var environment: [String] = []
  package var workingDirectory: String = ""
  /// `user[:group]`, names or numbers.
  package var user: String = ""
  /// Empty: the first twelve digits of the id.
  package var hostname: String = ""
  package var domainname: String = ""
  package var labels: [String: String] = [:]
  package var exposedPorts: Set<TransportPort> = []
  /// Paths that become anonymous volumes.
  package var volumes: Set<String> = []
  package var attachStdin: Bool = false
  package var attachStdout: Bool = true
  package var attachStderr: Bool = true
  package var openStdin: Bool = false
  /// Standard input closes when the first attached client disconnects.
  package var stdinOnce: Bool = false
  package var tty: Bool = false
  package var stopSignal: String?
  /// Seconds between the stop signal and SIGKILL; `nil`: 10.
  package var stopTimeout: Int?
  package var healthcheck: Healthcheck?
  package var networkDisabled: Bool = false
  package var shell: [String]?

  package init() {}
}

/// How to check a container's health (`HealthConfig`). Durations in nanoseconds; 0 means the default.
package struct Healthcheck: Sendable, Hashable {
  /// `["NONE"]`, `["CMD", …]` or `["CMD-SHELL", command]`; empty: the image's.
  package var test: [String] = []
  package var interval: Int64 = 0
  package var timeout: Int64 = 0
  package var startPeriod: Int64 = 0
  package var startInterval: Int64 = 0
  package var retries: Int = 0

  package init() {}
}
