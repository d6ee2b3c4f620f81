import Coordination
import Addressing
import Glibc
import NetworkPlan

extension PlanExecution {
  /// Applies one change outside the firewall.
  ///
  /// - Returns: the changes that undo it; empty when the kernel already was in the wanted state.
  mutating func apply(_ change: KernelChange) throws -> [KernelChange] {
    switch change {
    case .createSandbox(let name):
      try createSandbox(name)
    case .deleteSandbox(let name):
      guard try deleteSandbox(name) else { return [] }
    case .createLink(let key, let link, let peer):
      try createLink(key, link, peer)
    case .deleteLink(let key, let link, _):
      if case .borrowed(let former) = link.kind {
        try moveBackToHost(key, as: former)
      } else {
        try handles(key.namespace).deleteLink(key.name)
      }
    case .setLink(let key, let from, let to):
      try setLink(key, from: from, to: to)
    case .addAddress(let assigned):
      let handles = try handles(assigned.link.namespace)
      let subject = "\(assigned.address) dev \(assigned.link.name)"
      try handles.netlink.perform(
        .addAddress(assigned.address, link: try handles.index(assigned.link.name), subject: subject))
    case .deleteAddress(let assigned):
      let handles = try handles(assigned.link.namespace)
      let subject = "\(assigned.address) dev \(assigned.link.name)"
      try handles.netlink.perform(
        .deleteAddress(
          assigned.address, link: try handles.index(assigned.link.name), subject: subject))
    case .addRoute(let route):
      try handles(route.namespace).perform(.add, route)
    case .deleteRoute(let route):
      try handles(route.namespace).perform(.delete, route)
    case .addFDBEntry(let entry), .deleteFDBEntry(let entry):
      let handles = try handles(entry.link.namespace)
      let isAdded = if case .addFDBEntry = change { true } else { false }
      try handles.netlink.perform(
        .fdbEntry(isAdded ? .add : .delete, entry, link: try handles.index(entry.link.name)))
    case .setSysctl(let sysctl, let from, let to):
      return try set(sysctl, from: from, to: to)
    case .firewall:
      preconditionFailure("firewall changes are applied in groups")
    }
    return [change.inverse].compactMap(\.self)
  }

  /// Reads the current value where the plan does not know it, so that it can be restored.
  private mutating func set(_ sysctl: Sysctl, from: String?, to: String) throws -> [KernelChange] {
    let settings = try handles(sysctl.namespace).settings(for: sysctl.key)
    if sysctl.key.hasPrefix("net/ipv6/"), !settings.exists(for: sysctl.key) { return [] }
    let before = try settings.read(sysctl.key)
    if before == to { return [] }
    try settings.write(sysctl.key, to)
    return [.setSysctl(sysctl, from: to, to: from ?? before)]
  }
}

extension NamespaceHandles {
  private func hasLink(_ name: InterfaceName) throws(SystemCallError) -> Bool {
    do {
      _ = try netlink.link(name)
      return true
    } catch  where error.errno == ENODEV {
      return false
    }
  }

  /// Deletes a link and returns when no process can see it any more.
  ///
  /// The kernel acknowledges the request about 15 ms later, after a grace period. A separate thread waits for that.
  func deleteLink(_ name: InterfaceName) throws {
    guard try hasLink(name) else { throw SystemCallError(errno: ENODEV, call: "RTM_DELLINK", subject: "\(name)") }
    let socket = try run { try NetlinkSocket() }
    let answer = OneShot<Void, any Error>()
    let request: @Sendable () throws -> Void = { try socket.perform(.deleteLink(name)) }
    try startThread("link-delete") { answer.set(Result(catching: request)) }
    while !answer.isSet {
      guard try hasLink(name) else { return }
      usleep(20)
    }
    try answer.blockingValue()
  }

  fileprivate func perform(_ action: NetlinkRequest.RouteAction, _ route: Route)
    throws(SystemCallError)
  {
    let via = route.gateway.map { " via \($0)" } ?? ""
    try netlink.perform(
      .route(
        action, route.destination, gateway: route.gateway, link: try index(route.interface),
        metric: route.metric,
        subject: "\(route.destination)\(via) dev \(route.interface)"))
  }
}
