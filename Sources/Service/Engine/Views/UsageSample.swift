package import EngineModel

/// A container's resource usage at one time.
package struct UsageSample: Sendable, Hashable {
  package var container: ContainerID
  package var name: String
  package var time: Timestamp
  /// `nil` when it does not run.
  package var usage: ResourceUsage?

  package init(container: ContainerID, name: String, time: Timestamp, usage: ResourceUsage? = nil) {
    self.container = container
    self.name = name
    self.time = time
    self.usage = usage
  }
}
