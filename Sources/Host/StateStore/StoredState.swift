public import EngineModel

/// All that a store holds.
public struct StoredState: Sendable {
  public var networks: [Network] = []
  public var containers: [Container] = []
  public var volumes: [Volume] = []
  /// Facts about the engine itself, its id and what it found on the host when it first came.
  public var settings: [String: String] = [:]

  public init() {}
}

/// One thing to write. A container's leases and published ports are written with it, out of its record.
public enum StoreChange: Sendable {
  case putNetwork(Network)
  case removeNetwork(NetworkID)
  case putContainer(Container)
  case removeContainer(ContainerID)
  case putVolume(Volume)
  case removeVolume(String)
  case putSetting(key: String, value: String)
  case removeSetting(key: String)
}
