import Addressing
import EngineModel
import NetworkPlan
import Testing

@testable import Engine

/// On which link of the host a network stands: what cannot be tried on every kernel is decided here.
@Suite struct LinkAdoptionTests {
  private func network(_ driver: NetworkDriver, _ options: [String: String]) -> Network {
    Network(id: .random(), name: "n", created: Timestamp(nanoseconds: 0), driver: driver, options: options)
  }

  private func stand(
    _ links: [String: HostNetwork.Link] = [:], missing: Set<String> = [], with others: [Network] = []
  ) throws -> LinkAdoption {
    var host = HostNetwork(missingKinds: missing)
    for (name, link) in links { host.links[try parsed(name, as: InterfaceName.self)] = link }
    var state = EngineState()
    for other in others { state.insert(other) }
    return LinkAdoption(host: host, state: state)
  }

  private let card = HostNetwork.Link(kind: "")

  @Test func aLinkThatIsThereIsAdoptedWithItsAddresses() throws {
    let address = try parsed("10.0.0.1/24", as: InterfaceAddress.self)
    let bridge = HostNetwork.Link(kind: "bridge", addresses: [address])
    let adopted = try stand(["br0": bridge]).adoption(of: network(.bridge, [BridgeOptions.nameKey: "br0"]))
    #expect(adopted?.name.rawValue == "br0" && adopted?.addresses == [address])
    #expect(try stand().adoption(of: network(.bridge, [BridgeOptions.nameKey: "br0"])) == nil)
    #expect(try stand(["eth0": card]).adoption(of: network(.macvlan, ["parent": "eth0"]))?.name.rawValue == "eth0")
    #expect(try stand().adoption(of: network(.macvlan, [:])) == nil)
  }

  @Test func aLinkWithATagThatWasMadeForOneNetworkServesTheNext() throws {
    let first = network(.macvlan, ["parent": "eth0.50"])
    let links = ["eth0": card, "eth0.50": HostNetwork.Link(kind: "vlan", alias: "causeway:parent:eth0.50")]
    #expect(try stand(["eth0": card]).adoption(of: first) == nil)
    #expect(try stand(links, with: [first]).adoption(of: network(.macvlan, ["parent": "eth0.50"])) == nil)
    // One that nobody had us make is somebody else's.
    #expect(try stand(links).adoption(of: network(.ipvlan, ["parent": "eth0.50"]))?.name.rawValue == "eth0.50")
  }

  @Test(
    arguments: [
      (NetworkDriver.ipvlan, ["parent": "eth0"], Set(["ipvlan"]), "the kernel module ipvlan is missing"),
      (.macvlan, ["parent": "eth0.5"], ["vlan"], "the kernel module 8021q is missing"),
      (.macvlan, ["parent": "eth9.5"], [], "-o parent interface was not found on the host: eth9"),
      (.macvlan, ["parent": "eth9"], [], "invalid subinterface vlan name eth9, example formatting is eth0.10"),
      (.bridge, [BridgeOptions.nameKey: "eth0"], [], "existing interface eth0 is not a bridge"),
    ] as [(NetworkDriver, [String: String], Set<String>, String)])
  func whatCannotBeIsSaid(
    _ driver: NetworkDriver, _ options: [String: String], _ missing: Set<String>, _ says: String
  ) throws {
    let stand = try stand(["eth0": card], missing: missing)
    let error = #expect(throws: EngineError.self) { try stand.adoption(of: network(driver, options)) }
    #expect(error?.message.contains(says) == true, "\(error?.message ?? "")")
  }

  @Test func aParentThatIsPassedThroughServesOneNetwork() throws {
    let whole = network(.macvlan, ["parent": "eth0", "macvlan_mode": "passthru"])
    let plain = network(.macvlan, ["parent": "eth0"])
    #expect(throws: EngineError.self) { try stand(["eth0": card], with: [whole]).adoption(of: plain) }
    #expect(throws: EngineError.self) { try stand(["eth0": card], with: [plain]).adoption(of: whole) }
    #expect(try stand(["eth0": card], with: [plain]).adoption(of: network(.macvlan, ["parent": "eth0"])) != nil)
  }
}
