package import EngineModel

/// The driver `host`: containers use the host's own network namespace.
package struct HostDriver: SingleNetworkDriver {
  package let driver = NetworkDriver.host

  package init() {}

  package var connectionRefusal: String? {
    "container cannot be disconnected from host network or connected to host network"
  }
}
