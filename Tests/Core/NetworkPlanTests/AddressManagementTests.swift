import Addressing
import EngineModel
import Testing

@testable import NetworkPlan

@Suite struct AddressManagementTests {
  private func claim(_ prefix: String, _ holder: String = "somebody") throws -> AddressSpace.Claim {
    AddressSpace.Claim(try parsed(prefix, as: IPPrefix.self), holder: holder)
  }

  private func pools(_ texts: (String, Int)...) throws -> [SubnetPool] {
    try texts.compactMap { SubnetPool(base: try parsed($0.0, as: IPPrefix.self), size: $0.1) }
  }

  @Test func choosesTheFirstFreeSubnet() throws {
    let chosen = try SubnetChoice.choose(.ipv4, from: SubnetPool.defaults, avoiding: [])
    #expect(chosen.description == "172.17.0.0/16")
  }

  @Test func goesAroundRoutesOfTheHost() throws {
    let claims = [
      try claim("172.17.0.0/16"), try claim("172.18.128.0/17"), try claim("172.19.0.0/30"), try claim("0.0.0.0/0"),
    ]
    #expect(
      try SubnetChoice.choose(.ipv4, from: SubnetPool.defaults, avoiding: [AddressSpace(claims)]).description
        == "172.20.0.0/16")
    let wide = try claim("172.16.0.0/12")
    #expect(
      try SubnetChoice.choose(.ipv4, from: SubnetPool.defaults, avoiding: [AddressSpace([wide])]).description
        == "192.168.0.0/20")
  }

  private func route(_ prefix: String) throws -> AddressSpace.Claim {
    HostNetwork.claim(ofRoute: try parsed(prefix, as: IPPrefix.self))
  }

  /// A VPN routes half of the address space, or whole blocks of private addresses.
  @Test(arguments: [
    (["0.0.0.0/1", "128.0.0.0/1"], "172.17.0.0/16"),
    (["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], "172.17.0.0/16"),
    (["172.16.0.0/12"], "192.168.0.0/20"), (["172.16.0.0/12", "192.168.0.0/16"], "10.128.0.0/24"),
    (["0.0.0.0/1", "128.0.0.0/1", "172.17.0.0/16", "172.18.7.0/24"], "172.19.0.0/16"),
  ])
  func widerRoutesOfTheHostDoNotUseUpThePools(routes: [String], expected: String) throws {
    let space = AddressSpace(try routes.map(route))
    #expect(
      try SubnetChoice.choose(.ipv4, from: SubnetPool.defaults, avoiding: [space]).description == expected)
  }

  @Test func widerRoutesDoNotUseUpIPv6() throws {
    let pool = SubnetPool.uniqueLocal(of: try Scenario.id("1"))
    let space = AddressSpace([try route("fc00::/7")])
    #expect(try SubnetChoice.choose(.ipv6, from: [pool], avoiding: [space]).description == "fd11:1111:1111::/64")
  }

  /// The other addresses of the subnet of a host's address are its neighbours, so that subnet is always avoided.
  @Test func addressesOfTheHostAreAvoidedHoweverWideTheirSubnets() throws {
    let space = AddressSpace([HostNetwork.claim(ofAddress: try parsed("172.16.0.0/12", as: IPPrefix.self))])
    #expect(
      try SubnetChoice.choose(.ipv4, from: SubnetPool.defaults, avoiding: [space]).description == "192.168.0.0/20")
    let all = AddressSpace(
      try ["172.16.0.0/12", "192.168.0.0/16", "10.0.0.0/8"].map {
        HostNetwork.claim(ofAddress: try parsed($0, as: IPPrefix.self))
      })
    let error = #expect(throws: EngineError.self) {
      try SubnetChoice.choose(.ipv4, from: SubnetPool.defaults, avoiding: [all])
    }
    #expect(error?.message.contains("172.16.0.0/12 by an address of this host") == true)
  }

  @Test func fillsAPoolWithoutGapsOrOverlap() throws {
    let pools = try pools(("198.51.100.0/24", 28))
    var claims = [try claim("198.51.100.40/30"), try claim("198.51.100.128/26")]
    var chosen: [IPPrefix] = []
    while let subnet = try? SubnetChoice.choose(.ipv4, from: pools, avoiding: [AddressSpace(claims)]) {
      #expect(!claims.contains { $0.prefix.overlaps(subnet) })
      chosen.append(subnet)
      claims.append(AddressSpace.Claim(subnet, holder: "network \(chosen.count)"))
    }
    #expect(chosen.map { Int($0.base.octets[3]) } == [0, 16, 48, 64, 80, 96, 112, 192, 208, 224, 240])
  }

  @Test func sayswhoHoldsWhatWhenThereIsNothingLeft() throws {
    let pools = try pools(("192.0.2.0/24", 24))
    let error = #expect(throws: EngineError.self) {
      try SubnetChoice.choose(
        .ipv4, from: pools, avoiding: [AddressSpace([try claim("192.0.2.64/26", "network \"web\"")])])
    }
    #expect(error?.message.hasPrefix("all predefined address pools have been fully subnetted") == true)
    #expect(error?.message.contains("192.0.2.64/26 by network \"web\"") == true)
  }

  @Test func takesIPv6SubnetsFromAUniqueLocalPrefixOfItsOwn() throws {
    let pool = SubnetPool.uniqueLocal(of: try Scenario.id("1"))
    #expect(pool.base.description == "fd11:1111:1111::/48")
    let first = try SubnetChoice.choose(.ipv6, from: [pool], avoiding: [])
    #expect(first.description == "fd11:1111:1111::/64")
    let second = try SubnetChoice.choose(.ipv6, from: [pool], avoiding: [AddressSpace([.init(first, holder: "n")])])
    #expect(second.description == "fd11:1111:1111:1::/64")
    #expect(SubnetPool.uniqueLocal(of: .random()).base.base.v6?.isUniqueLocal == true)
  }

  @Test func choosesAmongThousands() throws {
    var space = AddressSpace()
    var chosen: Set<IPPrefix> = []
    for number in 0..<1000 {
      let subnet = try SubnetChoice.choose(.ipv4, from: SubnetPool.defaults, avoiding: [space])
      space.add(AddressSpace.Claim(subnet, holder: "network \(number)"))
      chosen.insert(subnet)
    }
    #expect(chosen.count == 1000)
  }

  @Test func leasesTheLowestFreeAddress() throws {
    let subnet = try parsed("192.0.2.0/29", as: IPPrefix.self)
    var leases = AddressLeases(subnet: subnet, reserved: [try parsed("192.0.2.1", as: IPAddress.self)])
    let all = try (0..<5).map { _ in try leases.lease().description }
    #expect(all == ["192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6"])
    #expect(throws: EngineError.self) { try leases.lease() }
    leases.release(try parsed("192.0.2.4", as: IPAddress.self))
    #expect(try leases.lease().description == "192.0.2.4")
  }

  @Test func refusesTakenAndForeignAddresses() throws {
    var leases = AddressLeases(
      subnet: try parsed("192.0.2.0/24", as: IPPrefix.self), range: try parsed("192.0.2.128/25", as: IPPrefix.self),
      reserved: [try parsed("192.0.2.1", as: IPAddress.self)])
    #expect(try leases.lease().description == "192.0.2.128")
    try leases.lease(try parsed("192.0.2.7", as: IPAddress.self))
    for (text, code) in [
      ("192.0.2.7", EngineError.Code.forbidden), ("192.0.2.1", .forbidden), ("192.0.2.0", .forbidden),
      ("192.0.2.255", .forbidden), ("198.51.100.1", .invalidParameter),
    ] {
      let error = #expect(throws: EngineError.self) { try leases.lease(try parsed(text, as: IPAddress.self)) }
      #expect(error?.code == code)
    }
  }

  @Test func completesWhatTheUserLeftOut() throws {
    var network = Network(id: .random(), name: "n", created: Timestamp(nanoseconds: 0))
    network.ipam.pools = [
      AddressPool(
        subnet: try parsed("198.51.100.0/24", as: IPPrefix.self),
        auxiliaryAddresses: ["router": try parsed("198.51.100.1", as: IPAddress.self)])
    ]
    let complete = try network.completed(pools: SubnetPool.defaults, avoiding: AddressSpace(), networks: AddressSpace())
    #expect(complete.ipam.pools.map { $0.gateway?.description } == ["198.51.100.2"])
  }

  @Test(
    arguments: [
      ("198.51.100.0/24", nil, "203.0.113.1"), ("198.51.100.0/24", "203.0.113.0/28", nil),
      ("198.51.100.0/24", "198.51.0.0/16", nil),
    ] as [(String, String?, String?)])
  func refusesWhatLiesOutside(_ subnet: String, _ range: String?, _ gateway: String?) throws {
    var network = Network(id: .random(), name: "n", created: Timestamp(nanoseconds: 0))
    network.ipam.pools = [
      AddressPool(
        subnet: IPPrefix(subnet), range: range.flatMap { IPPrefix($0) }, gateway: gateway.flatMap { IPAddress($0) })
    ]
    let error = #expect(throws: EngineError.self) {
      try network.completed(pools: SubnetPool.defaults, avoiding: AddressSpace(), networks: AddressSpace())
    }
    #expect(error?.code == .invalidParameter)
  }

  @Test func refusesASubnetThatOverlapsAnotherNetworksButNotARoute() throws {
    var network = Network(id: .random(), name: "n", created: Timestamp(nanoseconds: 0))
    network.ipam.pools = [AddressPool(subnet: IPPrefix("198.51.100.0/24"))]
    let claims = AddressSpace([try claim("198.51.0.0/16")])
    #expect(throws: EngineError.self) { try network.completed(pools: [], avoiding: AddressSpace(), networks: claims) }
    #expect(throws: Never.self) { try network.completed(pools: [], avoiding: claims, networks: AddressSpace()) }
  }

  @Test(arguments: [
    "com.docker.network.bridge.name", "com.docker.network.bridge.enable_icc", "com.docker.network.driver.mtu",
    "com.docker.network.bridge.host_binding_ipv4", "com.docker.network.bridge.gateway_mode_ipv4",
    "com.docker.network.container_iface_prefix", "com.causeway.network.prevent_forgery",
  ])
  func refusesAWrongOptionByName(_ key: String) throws {
    let network = Network(id: .random(), name: "n", created: Timestamp(nanoseconds: 0), options: [key: "a/b c"])
    let error = #expect(throws: EngineError.self) { try network.state() }
    #expect(error?.code == .invalidParameter && error?.message.contains(key) == true)
  }
}
