import Addressing
import Kernel
import NetworkPlan
import Nftables

/// What may have to be restored together.
enum HealingSubject: Hashable, Sendable {
  case owner(Reconciler.Owner)
  /// The host's tables: their elements belong to many owners.
  case firewall
  /// Changes were missed.
  case everything
}

/// One thing that a change was about.
enum DriftMark: Hashable, Sendable {
  case link(LinkKey)
  /// A link that was set down: also when it is up again, for routes went with it without a word.
  case outage(LinkKey)
  /// What a bridge does with its port.
  case port(LinkKey)
  case address(NetworkNamespaceName, InterfaceAddress)
  case route(NetworkNamespaceName, IPPrefix)
  case forwarding(AddressFamily)
  case firewall(FirewallChange.Part)
  case unknown
}

/// What a change in the kernel means for something of ours: that it may be damaged, or that it is well again.
struct DriftReport: Hashable, Sendable {
  let subject: HealingSubject
  let mark: DriftMark
  let hasDrifted: Bool
}

extension DesiredState {
  /// - Returns: nothing for what is not ours.
  func judge(_ report: KernelWatch.Report, ports: inout BridgePortCache) -> [DriftReport] {
    let namespace = report.namespace
    switch report.event {
    case .overrun: return [DriftReport(subject: .everything, mark: .unknown, hasDrifted: true)]
    case .link(let link, let isGone):
      let key = LinkKey(namespace, link.name)
      let hasMoved = ports.notes(key, link, isGone: isGone)
      guard let owner = owner(ofLink: key), let desired = self[owner]?.links[key] else { return [] }
      var reports = [
        DriftReport(
          subject: .owner(owner), mark: .link(key), hasDrifted: isGone || hasMoved || !desired.isMet(by: link))
      ]
      if let port = link.port, let wanted = desired.port {
        reports.append(DriftReport(subject: .owner(owner), mark: .port(key), hasDrifted: port != wanted))
      }
      if link.wentDown {
        reports.append(DriftReport(subject: .owner(owner), mark: .outage(key), hasDrifted: true))
      }
      return reports
    case .port(let name, let port):
      let key = LinkKey(namespace, name)
      guard let owner = owner(ofLink: key), let wanted = self[owner]?.links[key]?.port else { return [] }
      return [DriftReport(subject: .owner(owner), mark: .port(key), hasDrifted: port != wanted)]
    case .address(let observed, let isGone):
      guard isGone, let owner = owner(of: observed.address, in: namespace) else { return [] }
      // Also when it is there again, for routes went with it without a word.
      return [
        DriftReport(subject: .owner(owner), mark: .address(namespace, observed.address), hasDrifted: true)
      ]
    case .route(let route, let isGone):
      guard let owner = owner(ofRouteTo: route.destination, in: namespace) else { return [] }
      guard isGone || route.isOurs || route.isKernels else { return [] }
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

  /// Whether what a mark is about is still wished for.
  func concerns(_ mark: DriftMark, of owner: Reconciler.Owner) -> Bool {
    guard let desired = self[owner] else { return false }
    switch mark {
    case .link(let key), .outage(let key), .port(let key): return desired.links[key] != nil
    case .address(let namespace, let address): return self.owner(of: address, in: namespace) == owner
    case .route(let namespace, let prefix): return self.owner(ofRouteTo: prefix, in: namespace) == owner
    case .forwarding, .firewall, .unknown: return true
    }
  }
}

/// Which bridge each port of ours was on when it was last told of: a notification gives the bridge's number only.
struct BridgePortCache {
  private var controllers: [LinkKey: UInt32] = [:]

  /// - Returns: whether the link went from one bridge to another.
  mutating func notes(_ key: LinkKey, _ link: ObservedLink, isGone: Bool) -> Bool {
    guard key.namespace == .host, link.alias?.hasPrefix(Link.aliasPrefix) == true else { return false }
    let before = controllers[key]
    controllers[key] = isGone ? nil : link.controllerIndex
    guard let before, let now = link.controllerIndex else { return false }
    return before != now
  }
}

extension Link {
  /// Whether a link is as the desired has it, as far as a notification tells.
  fileprivate func isMet(by link: ObservedLink) -> Bool {
    func agrees<Value: Equatable>(_ have: Value?, _ want: Value?) -> Bool { want == nil || have == want }
    return link.isUp == isUp && (link.controllerIndex == nil) == (controller == nil) && agrees(link.mac, mac)
      && agrees(link.mtu, mtu) && agrees(link.alias, alias)
  }
}

extension Sysctl {
  /// Whether the host is a router.
  static func forwarding(_ family: AddressFamily) -> Sysctl {
    switch family {
    case .ipv4: Sysctl(.host, "net/ipv4/ip_forward")
    case .ipv6: Sysctl(.host, "net/ipv6/conf/all/forwarding")
    }
  }
}
