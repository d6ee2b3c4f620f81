import Addressing
import Kernel
import NetworkPlan
import Nftables

/// What is restored in one repair.
enum HealingSubject: Hashable, Sendable {
  case owner(Reconciler.Owner)
  /// The host's tables: their elements belong to many owners.
  case firewall
  /// Notifications were lost.
  case everything
}

/// The object that a kernel notification is about.
enum DriftMark: Hashable, Sendable {
  case link(LinkKey)
  /// A link that was set down. It counts even if the link is up again: the kernel removed its routes without a
  /// notification.
  case outage(LinkKey)
  /// A bridge's settings for one of its ports.
  case port(LinkKey)
  case address(NetworkNamespaceName, InterfaceAddress)
  case route(NetworkNamespaceName, IPPrefix)
  case forwarding(AddressFamily)
  case firewall(FirewallChange.Part)
  case unknown
}

/// What a notification means for an object in the desired state: it may have drifted, or it agrees again.
struct DriftReport: Hashable, Sendable {
  let subject: HealingSubject
  let mark: DriftMark
  let hasDrifted: Bool
}

extension DesiredState {
  /// - Returns: nothing for objects outside the desired state.
  func drift(in report: KernelWatch.Report, ports: inout BridgePortCache) -> [DriftReport] {
    let namespace = report.namespace
    switch report.event {
    case .overrun:
      // The tables are restored separately, because that is never delayed.
      let tables = [HostFirewall.table, HostFirewall.ports].map { table in
        DriftReport(subject: .firewall, mark: .firewall(.frame(table.reference)), hasDrifted: true)
      }
      return tables + [DriftReport(subject: .everything, mark: .unknown, hasDrifted: true)]
    case .link(let link, let isGone): return drift(of: link, isGone: isGone, in: namespace, &ports)
    case .port(let name, let port):
      let key = LinkKey(namespace, name)
      guard let owner = owner(of: key), let wanted = self[owner]?.links[key]?.port else { return [] }
      return [DriftReport(subject: .owner(owner), mark: .port(key), hasDrifted: port != wanted)]
    case .address(let observed, let isGone):
      guard isGone, let owner = owner(of: observed.address, in: namespace) else { return [] }
      // It counts even if the address is back: the kernel removed its routes without a notification.
      return [
        DriftReport(subject: .owner(owner), mark: .address(namespace, observed.address), hasDrifted: true)
      ]
    case .route(let route, let isGone):
      guard let owner = owner(ofRouteTo: route.destination, in: namespace) else { return [] }
      guard isGone || route.isOurs || route.isFromKernel else { return [] }
      return [
        DriftReport(subject: .owner(owner), mark: .route(namespace, route.destination), hasDrifted: isGone)
      ]
    case .forwarding(let family, let isOn):
      guard namespace == .host, let desired = self[.host]?.sysctls[.forwarding(family)] else { return [] }
      return [
        DriftReport(subject: .owner(.host), mark: .forwarding(family), hasDrifted: desired == "1" && !isOn)
      ]
    case .firewall(let change):
      guard !change.isOurs else { return [] }
      return change.parts.map { part in
        let subject: HealingSubject =
          if case .sandbox(let name) = namespace { .owner(.sandbox(name)) } else { .firewall }
        return DriftReport(subject: subject, mark: .firewall(part), hasDrifted: true)
      }
    }
  }

  private func drift(
    of link: ObservedLink, isGone: Bool, in namespace: NetworkNamespaceName, _ ports: inout BridgePortCache
  ) -> [DriftReport] {
    let key = LinkKey(namespace, link.name)
    let hasMoved = ports.update(key, link, isGone: isGone)
    guard let owner = owner(of: key), let desired = self[owner]?.links[key] else { return [] }
    var reports = [
      DriftReport(
        subject: .owner(owner), mark: .link(key), hasDrifted: isGone || hasMoved || !desired.matches(link))
    ]
    if let port = link.port, let wanted = desired.port {
      reports.append(DriftReport(subject: .owner(owner), mark: .port(key), hasDrifted: port != wanted))
    }
    if link.wentDown {
      reports.append(DriftReport(subject: .owner(owner), mark: .outage(key), hasDrifted: true))
    }
    return reports
  }

  /// Whether the object of a mark is still in the owner's fragment.
  func includes(_ mark: DriftMark, of owner: Reconciler.Owner) -> Bool {
    guard let desired = self[owner] else { return false }
    switch mark {
    case .link(let key), .outage(let key), .port(let key): return desired.links[key] != nil
    case .address(let namespace, let address): return self.owner(of: address, in: namespace) == owner
    case .route(let namespace, let prefix): return self.owner(ofRouteTo: prefix, in: namespace) == owner
    case .forwarding, .firewall, .unknown: return true
    }
  }
}

/// The controller of each of the engine's bridge ports, by the last notification. A notification names the controller by
/// its index only.
struct BridgePortCache {
  private var controllers: [LinkKey: UInt32] = [:]

  /// - Returns: whether the port moved from one bridge to another.
  mutating func update(_ key: LinkKey, _ link: ObservedLink, isGone: Bool) -> Bool {
    guard key.namespace == .host, link.alias?.hasPrefix(Link.aliasPrefix) == true else { return false }
    let before = controllers[key]
    controllers[key] = isGone ? nil : link.controllerIndex
    guard let before, let now = link.controllerIndex else { return false }
    return before != now
  }
}

extension Link {
  /// Whether an observed link matches this desired one, in the attributes that a notification contains.
  fileprivate func matches(_ link: ObservedLink) -> Bool {
    func isSame<Value: Equatable>(_ observed: Value?, _ desired: Value?) -> Bool {
      desired == nil || observed == desired
    }
    return link.isUp == isUp && (link.controllerIndex == nil) == (controller == nil) && isSame(link.mac, mac)
      && isSame(link.mtu, mtu) && isSame(link.alias, alias)
  }
}

extension Sysctl {
  /// The setting that makes the host a router.
  static func forwarding(_ family: AddressFamily) -> Sysctl {
    switch family {
    case .ipv4: Sysctl(.host, "net/ipv4/ip_forward")
    case .ipv6: Sysctl(.host, "net/ipv6/conf/all/forwarding")
    }
  }
}
