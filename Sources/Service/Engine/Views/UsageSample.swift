public import EngineModel

/// A container's resource usage at one time.
public struct UsageSample: Sendable, Hashable {
  public var container: ContainerID
  public var name: String
  public var time: Timestamp
  /// `nil` when it does not run.
  public var usage: ResourceUsage?

  public init(container: ContainerID, name: String, time: Timestamp, usage: ResourceUsage? = nil) {
    self.container = container
    self.name = name
    self.time = time
    self.usage = usage
  }
}
