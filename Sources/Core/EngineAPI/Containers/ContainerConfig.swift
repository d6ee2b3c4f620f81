package import JSON

extension Wire {
  /// `ContainerConfig`: the portable half of a container's description.
  package struct ContainerConfig: Codable, Sendable, Hashable {
    package var Hostname = ""
    package var Domainname = ""
    package var User = ""
    package var AttachStdin = false
    package var AttachStdout = false
    package var AttachStderr = false
    package var ExposedPorts: [String: Empty]?
    package var Tty = false
    package var OpenStdin = false
    package var StdinOnce = false
    @Nullable package var Env: [String]?
    @Nullable package var Cmd: Words?
    package var Healthcheck: HealthConfig?
    /// Windows only.
    package var ArgsEscaped: Bool?
    package var Image = ""
    @Nullable package var Volumes: [String: Empty]?
    package var WorkingDir = ""
    @Nullable package var Entrypoint: Words?
    package var NetworkDisabled: Bool?
    /// Before version 1.44 the hardware address of the first network; since then it is in `EndpointSettings`.
    package var MacAddress: String?
    @Nullable package var OnBuild: [String]?
    @Nullable package var Labels: [String: String]?
    package var StopSignal: String?
    package var StopTimeout: Int?
    package var Shell: Words?

    package init() {}
  }

  package struct HealthConfig: Codable, Sendable, Hashable {
    package var Test: [String]?
    /// Durations are nanoseconds.
    package var Interval: Int64?
    package var Timeout: Int64?
    package var StartPeriod: Int64?
    package var StartInterval: Int64?
    package var Retries: Int?

    package init() {}
  }

  /// The members of a set: `{"80/tcp": {}}`.
  package struct Empty: Codable, Sendable, Hashable {
    package init() {}
  }

  /// A list of strings that clients may also send as one string.
  package struct Words: Codable, Sendable, Hashable {
    package var values: [String]

    package init(_ values: [String]) { self.values = values }

    package init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let word = try? container.decode(String.self) {
        values = [word]
      } else {
        values = try container.decode([String].self)
      }
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(values)
    }
  }
}
