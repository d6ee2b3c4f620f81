package import EngineModel
import NetworkPlan

/// What `POST /networks/create` asks for. Pools may lack subnets; the engine then chooses.
package struct NetworkCreateRequest: Sendable, Hashable {
  package var name: String
  /// Empty: `bridge`.
  package var driver: String = ""
  package var scope: String = ""
  /// `nil`: on.
  package var enableIPv4: Bool?
  /// `nil`: off.
  package var enableIPv6: Bool?
  package var ipam = IPAMConfiguration()
  package var isInternal = false
  package var isAttachable = false
  package var isIngress = false
  package var isConfigurationOnly = false
  package var configurationFrom: String?
  package var options: [String: String] = [:]
  package var labels: [String: String] = [:]

  package init(name: String) { self.name = name }

  var behavior: any NetworkDriverBehavior {
    NetworkDrivers.driver(driver.isEmpty ? .bridge : NetworkDriver(rawValue: driver))
  }

  var spansHosts: Bool { behavior.spansHosts && !isConfigurationOnly }
}
