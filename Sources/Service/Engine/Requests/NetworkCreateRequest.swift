public import EngineModel
import NetworkPlan

/// What `POST /networks/create` asks for. Pools may lack subnets; the engine then chooses.
public struct NetworkCreateRequest: Sendable, Hashable {
  public var name: String
  /// Empty: `bridge`.
  public var driver: String = ""
  public var scope: String = ""
  /// `nil`: on.
  public var enableIPv4: Bool?
  /// `nil`: off.
  public var enableIPv6: Bool?
  public var ipam = IPAMConfiguration()
  public var isInternal = false
  public var isAttachable = false
  public var isIngress = false
  public var isConfigurationOnly = false
  public var configurationFrom: String?
  public var options: [String: String] = [:]
  public var labels: [String: String] = [:]

  public init(name: String) { self.name = name }

  var behavior: any NetworkDriverBehavior {
    NetworkDrivers.driver(driver.isEmpty ? .bridge : NetworkDriver(rawValue: driver))
  }

  var spansHosts: Bool { behavior.spansHosts && !isConfigurationOnly }
}
