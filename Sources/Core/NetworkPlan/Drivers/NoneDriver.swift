package import EngineModel

/// The driver `null` of the network `none`: containers have a sandbox with a loopback link and nothing else.
package struct NoneDriver: SingleNetworkDriver {
  package let driver = NetworkDriver.null

  package init() {}

  package var connectionRefusal: String? {
    "container cannot be connected to multiple networks with one of the networks in private (none) mode"
  }
}
