import Coordination
import Addressing
import Glibc
import NetworkPlan

extension ExecutionSession {
  /// Carries out one change that is not the firewall's.
  ///
  /// - Returns: what takes it back; nothing when the kernel was as the change wants it before.
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
        try giveBack(key, as: former)
      } else {
        try tools(key.namespace).deleteLink(key.name)
      }
    case .setLink(let key, let from, let to):
      try setLink(key, from: from, to: to)
    case .addAddress(let assigned):
      let tools = try tools(assigned.link.namespace)
      let subject = "\(assigned.address) dev \(assigned.link.name)"
      try tools.netlink.perform(
        .addAddress(assigned.address, link: try tools.index(assigned.link.name), subject: subject))
    case .deleteAddress(let assigned):
      let tools = try tools(assigned.link.namespace)
      let subject = "\(assigned.address) dev \(assigned.link.name)"
      try tools.netlink.perform(
        .deleteAddress(
          assigned.address, link: try tools.index(assigned.link.name), subject: subject))
    case .addRoute(let route):
      try tools(route.namespace).perform(.add, route)
    case .deleteRoute(let route):
      try tools(route.namespace).perform(.delete, route)
    case .addFDBEntry(let entry), .deleteFDBEntry(let entry):
      let tools = try tools(entry.link.namespace)
      let isAdded = if case .addFDBEntry = change { true } else { false }
      try tools.netlink.perform(
        .fdbEntry(isAdded ? .add : .delete, entry, link: try tools.index(entry.link.name)))
    case .setSysctl(let sysctl, let from, let to):
      return try set(sysctl, from: from, to: to)
    case .firewall:
      preconditionFailure("firewall changes are carried out in groups")
    }
    return [change.inverse].compactMap(\.self)
  }

  /// The former value is read where the plan does not know it, so that it can be put back.
  private mutating func set(_ sysctl: Sysctl, from: String?, to: String) throws -> [KernelChange] {
    let settings = try tools(sysctl.namespace).settings(for: sysctl.key)
    if sysctl.key.hasPrefix("net/ipv6/"), !settings.exists(for: sysctl.key) { return [] }
    let before = try settings.read(sysctl.key)
    if before == to { return [] }
    try settings.write(sysctl.key, to)
    return [.setSysctl(sysctl, from: to, to: from ?? before)]
  }
}

extension NamespaceTools {
  private func hasLink(_ name: InterfaceName) throws(SystemCallError) -> Bool {
    do {
      _ = try netlink.link(name)
      return true
    } catch  where error.errno == ENODEV {
      return false
    }
  }

  /// Deletes a link and returns as soon as it is gone for everyone.
  ///
  /// The kernel answers the request some 15 ms after that, when the last memory of the link is freed; a thread of its own
  /// waits for the answer.
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
