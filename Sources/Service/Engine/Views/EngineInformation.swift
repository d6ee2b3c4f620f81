/// The engine and its host (`GET /info`).
public struct EngineInformation: Sendable, Hashable {
  public var id = ""
  public var name = ""
  public var containers = 0
  public var running = 0
  public var paused = 0
  public var stopped = 0
  public var images = 0
  public var dataRoot = ""
  public var storageDriver = "overlay2"
  public var labels: [String] = []
  public var runtimes: [String: String] = [:]
  public var defaultRuntime = ""
  public var kernelRelease = ""
  public var operatingSystem = ""
  public var architecture = ""
  public var processors = 0
  public var memory: Int64 = 0
  public var cgroupVersion = ""
  public var cgroupDriver = ""
  public var networkDrivers: [String] = []
  public var volumeDrivers: [String] = ["local"]
  public var logDrivers: [String] = []
  public var securityOptions: [String] = []
  public var forwardsIPv4 = true
  public var addressPools: [String] = []
  public var warnings: [String] = []
  public var systemTime = ""

  public init() {}
}
