public import Addressing

/// The part of a container's configuration that does not depend on the host (`ContainerConfig` in the Docker API).
public struct ContainerConfiguration: Sendable, Hashable {
  public var image: String = ""
  /// `nil`: the image's.
  public var command: [String]?
  /// `nil`: the image's; empty: none.
  public var entrypoint: [String]?
  /// `NAME=value`; a name alone removes the variable.
  public var environment: [String] = []
  public var workingDirectory: String = ""
  /// `user[:group]`, names or numbers.
  public var user: String = ""
  /// Empty: the first twelve digits of the id.
  public var hostname: String = ""
  public var domainname: String = ""
  public var labels: [String: String] = [:]
  public var exposedPorts: Set<TransportPort> = []
  /// Paths that become anonymous volumes.
  public var volumes: Set<String> = []
  public var attachStdin: Bool = false
  public var attachStdout: Bool = true
  public var attachStderr: Bool = true
  public var openStdin: Bool = false
  /// Standard input closes when the first attached client disconnects.
  public var stdinOnce: Bool = false
  public var tty: Bool = false
  public var stopSignal: String?
  /// Seconds between the stop signal and SIGKILL; `nil`: 10.
  public var stopTimeout: Int?
  public var healthcheck: Healthcheck?
  public var networkDisabled: Bool = false
  public var shell: [String]?

  public init() {}
}

/// How to check a container's health (`HealthConfig`). Durations in nanoseconds; 0 means the default.
public struct Healthcheck: Sendable, Hashable {
  /// `["NONE"]`, `["CMD", …]` or `["CMD-SHELL", command]`; empty: the image's.
  public var test: [String] = []
  public var interval: Int64 = 0
  public var timeout: Int64 = 0
  public var startPeriod: Int64 = 0
  public var startInterval: Int64 = 0
  public var retries: Int = 0

  public init() {}
}
