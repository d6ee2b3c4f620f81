public import JSON

extension Wire {
  /// `ContainerConfig`: the portable half of a container's description.
  public struct ContainerConfig: Codable, Sendable, Hashable {
    public var Hostname = ""
    public var Domainname = ""
    public var User = ""
    public var AttachStdin = false
    public var AttachStdout = false
    public var AttachStderr = false
    public var ExposedPorts: [String: Empty]?
    public var Tty = false
    public var OpenStdin = false
    public var StdinOnce = false
    @Nullable public var Env: [String]?
    @Nullable public var Cmd: Words?
    public var Healthcheck: HealthConfig?
    /// Windows only.
    public var ArgsEscaped: Bool?
    public var Image = ""
    @Nullable public var Volumes: [String: Empty]?
    public var WorkingDir = ""
    @Nullable public var Entrypoint: Words?
    public var NetworkDisabled: Bool?
    /// Before version 1.44 the hardware address of the first network; since then it is in `EndpointSettings`.
    public var MacAddress: String?
    @Nullable public var OnBuild: [String]?
    @Nullable public var Labels: [String: String]?
    public var StopSignal: String?
    public var StopTimeout: Int?
    public var Shell: Words?

    public init() {}
  }

  public struct HealthConfig: Codable, Sendable, Hashable {
    public var Test: [String]?
    /// Durations are nanoseconds.
    public var Interval: Int64?
    public var Timeout: Int64?
    public var StartPeriod: Int64?
    public var StartInterval: Int64?
    public var Retries: Int?

    public init() {}
  }

  /// The members of a set: `{"80/tcp": {}}`.
  public struct Empty: Codable, Sendable, Hashable {
    public init() {}
  }

  /// A list of strings that clients may also send as one string.
  public struct Words: Codable, Sendable, Hashable {
    public var values: [String]

    public init(_ values: [String]) { self.values = values }

    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let word = try? container.decode(String.self) {
        values = [word]
      } else {
        values = try container.decode([String].self)
      }
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(values)
    }
  }
}
