/// The engine and its host (`GET /info`).
package struct EngineInformation: Sendable, Hashable {
  package var id = ""
  package var name = ""
  package var containers = 0
  package var running = 0
  package var paused = 0
  package var stopped = 0
  package var images = 0
  package var dataRoot = ""
  package var storageDriver = "overlay2"
  package var labels: [String] = []
  package var runtimes: [String: String] = [:]
  package var defaultRuntime = ""
  package var kernelRelease = ""
  package var operatingSystem = ""
  package var architecture = ""
  package var processors = 0
  package var memory: Int64 = 0
  package var cgroupVersion = ""
  package var cgroupDriver = ""
  package var networkDrivers: [String] = []
  package var volumeDrivers: [String] = ["local"]
  package var logDrivers: [String] = []
  package var securityOptions: [String] = []
  package var forwardsIPv4 = true
  package var addressPools: [String] = []
  package var warnings: [String] = []
  package var systemTime = ""

  package init() {}
}
