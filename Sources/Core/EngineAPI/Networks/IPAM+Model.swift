internal import Addressing
package import EngineModel

extension Wire.IPAM {
  /// The requested pools, validated as dockerd's `ValidateIPAM` does; the error names every fault. A pool without any
  /// setting is ignored.
  ///
  /// - Throws: `invalidParameter` with dockerd's message.
  package func model() throws(EngineError) -> IPAMConfiguration {
    var faults: [String] = []
    var pools: [AddressPool] = []
    for pool in Config where pool != Wire.IPAMConfig() {
      if let read = pool.read(faults: &faults) { pools.append(read) }
    }
    guard faults.isEmpty else {
      let list = faults.count == 1 ? faults[0] : faults.map { "* " + $0 }.joined(separator: "\n")
      throw EngineError(.invalidParameter, "invalid network config:\n\(list)")
    }
    return IPAMConfiguration(driver: Driver.isEmpty ? "default" : Driver, options: Options ?? [:], pools: pools)
  }

  package init(_ model: IPAMConfiguration) {
    self.init()
    Driver = model.driver
    Options = model.options
    Config = model.pools.map { pool in
      var config = Wire.IPAMConfig()
      config.Subnet = pool.subnet.map(\.description)
      config.IPRange = pool.range.map(\.description)
      config.Gateway = pool.gateway.map(\.description)
      config.AuxiliaryAddresses =
        pool.auxiliaryAddresses.isEmpty ? nil : pool.auxiliaryAddresses.mapValues(\.description)
      return config
    }
  }
}

extension Wire.IPAMConfig {
  fileprivate func read(faults: inout [String]) -> AddressPool? {
    let text = Subnet ?? ""
    guard let written = InterfaceAddress(text) else {
      faults.append("invalid subnet \(text): invalid CIDR block notation")
      return nil
    }
    let subnet = written.network
    if written.address != subnet.base { faults.append("invalid subnet \(text): it should be \(subnet)") }
    var pool = AddressPool(subnet: subnet)
    if let text = IPRange, !text.isEmpty {
      pool.range = Self.range(text, in: subnet, faults: &faults)
    }
    if let text = Gateway, !text.isEmpty {
      pool.gateway = Self.address(text, "gateway \(text)", in: subnet, faults: &faults)
    }
    for (name, text) in (AuxiliaryAddresses ?? [:]).sorted(by: { $0.key < $1.key }) {
      pool.auxiliaryAddresses[name] = Self.address(text, "auxiliary address \(name)", in: subnet, faults: &faults)
    }
    return pool
  }

  private static func range(_ text: String, in subnet: IPPrefix, faults: inout [String]) -> IPPrefix? {
    guard let written = InterfaceAddress(text) else {
      faults.append("invalid ip-range \(text): invalid CIDR block notation")
      return nil
    }
    let range = written.network
    if range.family != subnet.family {
      faults.append("invalid ip-range \(text): parent subnet is an \(block(subnet)) block")
      return nil
    }
    if written.address != range.base { faults.append("invalid ip-range \(text): it should be \(range)") }
    if !subnet.contains(range) {
      faults.append("invalid ip-range \(text): parent subnet \(subnet) doesn't contain ip-range")
    }
    return range
  }

  private static func address(
    _ text: String, _ what: String, in subnet: IPPrefix, faults: inout [String]
  ) -> IPAddress? {
    guard let address = IPAddress(text) else {
      faults.append("invalid \(what): invalid address")
      return nil
    }
    if address.family != subnet.family {
      faults.append("invalid \(what): parent subnet is an \(block(subnet)) block")
    } else if !subnet.contains(address) {
      faults.append("invalid \(what): parent subnet \(subnet) doesn't contain this address")
    }
    return address
  }

  private static func block(_ subnet: IPPrefix) -> String { subnet.family == .ipv4 ? "IPv4" : "IPv6" }
}
