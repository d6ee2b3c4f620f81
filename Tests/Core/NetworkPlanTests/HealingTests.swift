import Addressing
import EngineModel
import NetworkPlan
import Nftables
import Testing

/// What is to be done when a part of a wish is missing, and what is let be.
@Suite struct HealingTests {
  private let bridge: LinkKey
  private let near: LinkKey
  private let far: LinkKey
  private let wish: KernelState

  init() throws {
    bridge = LinkKey(.host, try #require(InterfaceName("cw-a")))
    near = LinkKey(.host, try #require(InterfaceName("cwe-a")))
    far = LinkKey(.sandbox("box"), try #require(InterfaceName("eth0")))
    var wish = KernelState()
    wish.sandboxes = ["box"]
    wish.links[bridge] = Link(kind: .bridge, alias: "causeway:a")
    wish.links[near] = Link(kind: .veth(peer: far), controller: bridge.name, alias: "causeway:b")
    wish.links[far] = Link(kind: .vethPeer)
    wish.addresses = [
      AssignedAddress(bridge, try #require(InterfaceAddress("10.0.0.1/24"))),
      AssignedAddress(far, try #require(InterfaceAddress("10.0.0.2/24"))),
    ]
    wish.routes = [
      Route(
        namespace: far.namespace, destination: try #require(IPPrefix("0.0.0.0/0")), gateway: IPAddress("10.0.0.1"),
        interface: far.name)
    ]
    wish.sysctls[Sysctl(.host, "net/ipv4/conf/cw-a/route_localnet")] = "1"
    self.wish = wish
  }

  private func words(_ observed: KernelState, _ wish: KernelState? = nil, unrouted: Set<AssignedAddress> = [])
    -> [String]
  {
    observed.healing(towards: wish ?? self.wish, unrouted: unrouted).map(\.words)
  }

  @Test func nothingToDo() {
    #expect(words(wish) == [])
  }

  @Test func whatIsMissingIsMade() {
    var observed = wish
    observed.apply(.deleteLink(near, wish.links[near] ?? Link(kind: .bridge), peer: nil))
    let changes = observed.healing(towards: wish)
    var after = observed
    for change in changes { after.apply(change) }
    #expect(after == wish)
    #expect(changes.count == 3)
  }

  @Test func whatOthersAddedIsLetBe() throws {
    var observed = wish
    observed.addresses.insert(AssignedAddress(bridge, try #require(InterfaceAddress("192.0.2.9/24"))))
    observed.links[LinkKey(.host, try #require(InterfaceName("cw-b")))] = Link(kind: .bridge)
    observed.routes.insert(
      Route(
        namespace: far.namespace, destination: try #require(IPPrefix("192.0.2.0/24")), interface: far.name))
    #expect(words(observed) == [])
  }

  /// The kernel makes the route to an address's network along with the address only.
  @Test func aLostRouteToTheNetworkTakesItsAddressAlong() throws {
    let address = AssignedAddress(far, try #require(InterfaceAddress("10.0.0.2/24")))
    #expect(
      words(wish, unrouted: [address]) == [
        "ip -n box route delete default via 10.0.0.1 dev eth0", "ip -n box address delete 10.0.0.2/24 dev eth0",
        "ip -n box address add 10.0.0.2/24 dev eth0", "ip -n box route add default via 10.0.0.1 dev eth0",
      ])
  }

  @Test func whatIsUnattendedStaysAsItIs() {
    var wish = wish
    wish.unattended = [bridge]
    var observed = wish
    observed.links[bridge]?.isUp = false
    observed.addresses = observed.addresses.filter { $0.link != bridge }
    observed.sysctls = [:]
    #expect(words(observed, wish) == [])
    observed.links[bridge] = nil
    #expect(words(observed, wish) == [])
  }

  /// A container that administers its network keeps it so, until the pair is gone as a whole.
  @Test func anUnattendedEndComesBackWithItsPair() {
    var wish = wish
    wish.unattended = [far]
    var observed = wish
    observed.routes = []
    observed.addresses = observed.addresses.filter { $0.link != far }
    #expect(words(observed, wish) == [])
    observed.apply(.deleteLink(near, wish.links[near] ?? Link(kind: .bridge), peer: nil))
    #expect(words(observed, wish).count == 3)
  }

  @Test func aSandboxWhoseFileIsGoneIsNotMadeAnew() {
    var observed = wish
    observed.apply(.deleteSandbox("box"))
    #expect(words(observed) == [])
  }
}
