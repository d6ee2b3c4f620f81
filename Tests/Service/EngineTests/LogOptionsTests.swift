import EngineModel
import Runtime
import Testing

@testable import Engine

/// `--log-driver` and `--log-opt`.
@Suite struct LogOptionsTests {
  private func container(_ driver: String, _ options: [String: String] = [:]) -> Container {
    var configuration = ContainerConfiguration()
    configuration.image = "busybox"
    configuration.labels = ["team": "net", "tier": "a b"]
    configuration.environment = ["MODE=fast&", "EMPTY=", "PATH=/bin"]
    var host = HostConfiguration()
    host.logConfiguration = LogConfiguration(driver: driver, options: options)
    return Container(
      id: .random(), name: "box", created: Timestamp(nanoseconds: 0), configuration: configuration, host: host,
      imageID: "sha256:0123456789abcdef")
  }

  @Test func bounds() throws {
    #expect(try LogOptions(container("json-file")).limit == nil)
    #expect(try LogOptions(container("none", ["anything": "goes"])).limit == nil)
    #expect(try LogOptions(container("local")).limit == LogLimit(maxSize: 20_000_000, maxFiles: 5))
    #expect(try LogOptions(container("", ["max-size": "10k"])).limit == LogLimit(maxSize: 10_000, maxFiles: 1))
    let both = ["max-size": "1.5m", "max-file": "3"]
    #expect(try LogOptions(container("json-file", both)).limit == LogLimit(maxSize: 1_500_000, maxFiles: 3))
    #expect(try LogOptions(container("local", both)).limit == LogLimit(maxSize: 1_500_000, maxFiles: 3))
    #expect(try LogOptions(container("json-file", ["max-file": "3"])).limit == nil)
  }

  static let refusals: [(String, [String: String], String)] = [
    ("syslog", [:], "no log driver named 'syslog' is registered"),
    ("json-file", ["wings": "2"], "unknown log opt 'wings' for json-file log driver"),
    ("local", ["labels": "a"], "unknown log opt 'labels' for local log driver"),
    ("json-file", ["max-size": "abc"], "invalid size: 'abc'"),
    ("json-file", ["max-size": "0"], "max-size must be a positive number"),
    ("json-file", ["max-size": "1k", "max-file": "0"], "max-file cannot be less than 1"),
    ("json-file", ["compress": "true"], "compress cannot be true when max-file is less than 2"),
    ("json-file", ["mode": "sometimes"], "logging mode not supported: sometimes"),
    ("json-file", ["max-buffer-size": "1m"], "only supported with 'mode=non-blocking'"),
  ]

  @Test(arguments: refusals)
  func refused(driver: String, options: [String: String], message: String) {
    let error = #expect(throws: EngineError.self) { try LogOptions(container(driver, options)) }
    #expect(error?.code == .invalidParameter)
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test func whatChangesNothingIsTold() throws {
    let options = ["max-size": "1k", "max-file": "2", "compress": "true", "mode": "non-blocking"]
    #expect(try LogOptions(container("json-file", options)).warnings.count == 2)
  }

  @Test func details() throws {
    #expect(try LogOptions(container("json-file")).details.isEmpty)
    let named = ["labels": "team,tier,none", "env": "MODE", "tag": "{{.Name}}/{{.ImageID}}"]
    #expect(
      try LogOptions(container("json-file", named)).details
        == "MODE=fast%26,tag=box%2F0123456789ab,team=net,tier=a+b")
    let patterns = ["labels-regex": "^te", "env-regex": "^E"]
    #expect(try LogOptions(container("json-file", patterns)).details == "EMPTY=,team=net")
  }
}
