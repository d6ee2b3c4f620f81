import Addressing
import EngineModel
import NetworkPlan
import Nftables
import Testing

/// Which drift healing removes, and which foreign changes stay.
@Suite struct HealingTests {
  private let bridge: LinkKey
  private let near: LinkKey
  private let far: LinkKey
  private let desired: KernelState

  init() throws {
    bridge = LinkKey(.host, try #require(InterfaceName("cw-a")))
    near = LinkKey(.host, try #require(InterfaceName("cwe-a")))
    far = LinkKey(.sandbox("box"), try #require(InterfaceName("eth0")))
    var desired = KernelState()
    desired.sandboxes = ["box"]
    desired.links[bridge] = Link(kind: .bridge, alias: "causeway:a")
    desired.links[near] = Link(kind: .veth(peer: far), controller: bridge.name, alias: "causeway:b")
    desired.links[far] = Link(kind: .vethPeer)
    desired.addresses = [
      AssignedAddress(bridge, try #require(InterfaceAddress("10.0.0.1/24"))),
      AssignedAddress(far, try #require(InterfaceAddress("10.0.0.2/24"))),
    ]
    desired.routes = [
      Route(
        namespace: far.namespace, destination: try #require(IPPrefix("0.0.0.0/0")), gateway: IPAddress("10.0.0.1"),
        interface: far.name)
    ]
    desired.sysctls[Sysctl(.host, "net/ipv4/conf/cw-a/route_localnet")] = "1"
    self.desired = desired
  }

  private func commands(_ observed: KernelState, _ desired: KernelState? = nil, unrouted: Set<AssignedAddress> = [])
    -> [String]
  {
    observed.healing(towards: desired ?? self.desired, unrouted: unrouted).map(\.commands)
  }

  @Test func nothingToDo() {
    #expect(commands(desired) == [])
  }

  @Test func whatIsMissingIsMade() {
    var observed = desired
    observed.apply(.deleteLink(near, desired.links[near] ?? Link(kind: .bridge), peer: nil))
    let changes = observed.healing(towards: desired)
    var after = observed
    for change in changes { after.apply(change) }
    #expect(after == desired)
    #expect(changes.count == 3)
  }

  @Test func whatOthersAddedIsLetBe() throws {
    var observed = desired
    observed.addresses.insert(AssignedAddress(bridge, try #require(InterfaceAddress("192.0.2.9/24"))))
    observed.links[LinkKey(.host, try #require(InterfaceName("cw-b")))] = Link(kind: .bridge)
    observed.routes.insert(
      Route(
        namespace: far.namespace, destination: try #require(IPPrefix("192.0.2.0/24")), interface: far.name))
    #expect(commands(observed) == [])
  }

  /// The kernel creates the route to an address's subnet only when the address is added.
  @Test func aLostRouteToTheNetworkTakesItsAddressAlong() throws {
    let address = AssignedAddress(far, try #require(InterfaceAddress("10.0.0.2/24")))
    #expect(
      commands(desired, unrouted: [address]) == [
        "ip -n box route delete default via 10.0.0.1 dev eth0", "ip -n box address delete 10.0.0.2/24 dev eth0",
        "ip -n box address add 10.0.0.2/24 dev eth0", "ip -n box route add default via 10.0.0.1 dev eth0",
      ])
  }

  @Test func whatIsUnattendedStaysAsItIs() {
    var desired = desired
    desired.unattended = [bridge]
    var observed = desired
    observed.links[bridge]?.isUp = false
    observed.addresses = observed.addresses.filter { $0.link != bridge }
    observed.sysctls = [:]
    #expect(commands(observed, desired) == [])
    observed.links[bridge] = nil
    #expect(commands(observed, desired) == [])
  }

  /// Changes by a container that administers its own network stay, unless the whole veth pair is deleted.
  @Test func anUnattendedEndComesBackWithItsPair() {
    var desired = desired
    desired.unattended = [far]
    var observed = desired
    observed.routes = []
    observed.addresses = observed.addresses.filter { $0.link != far }
    #expect(commands(observed, desired) == [])
    observed.apply(.deleteLink(near, desired.links[near] ?? Link(kind: .bridge), peer: nil))
    #expect(commands(observed, desired).count == 3)
  }

  @Test func aSandboxWhoseFileIsGoneIsNotMadeAnew() {
    var observed = desired
    observed.apply(.deleteSandbox("box"))
    #expect(commands(observed) == [])
  }
}
