import CLinux
public import NetworkPlan

/// Carries out ``KernelChange``s, on one thread of its own inside the host's namespace. Lists go one after another.
///
/// Needs CAP_NET_ADMIN and CAP_SYS_ADMIN. It keeps a netlink socket and an nft context for the host; sandboxes are
/// entered once for each list that names them.
public final class KernelExecutor: Sendable {
  public let sandboxes: SandboxDirectory
  let thread: SerialThread
  private let sweeper: SerialThread
  let host: NamespaceTools
  let frames = FrameCatalog()
  let numbers = NamespaceNumbers()
  private let settings = KnownSettings()
  let memory = HostNetworkCache()

  /// The name of the thread that changes the kernel, one of this process alone: nftables tells it to those who listen,
  /// and so our own changes are known. At most 15 bytes.
  static let threadName: String = {
    let digits = String(UInt32.random(in: .min ... .max), radix: 16)
    return "kernel-" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
  }()

  /// - Parameters:
  ///   - sandboxes: where the sandboxes' namespaces are kept.
  ///   - hostNamespace: what counts as the host; `nil`: the namespace of the process.
  public init(sandboxes: SandboxDirectory, hostNamespace: NetworkNamespace? = nil) async throws {
    self.sandboxes = sandboxes
    // Before containers that run already are taken up, whose descriptors may be more than there are small numbers.
    LowDescriptors.reserve()
    thread = try SerialThread("kernel")
    sweeper = try SerialThread("kernel-sweeper")
    host = try await thread.run {
      linux_set_thread_name(Self.threadName)
      try hostNamespace?.enter()
      return try NamespaceTools()
    }
  }

  /// Carries out the changes in order: all of them, or, when the kernel refuses one, none. What was done before is then
  /// undone in reverse order.
  ///
  /// Taking away what is not there counts as done; making what is there already is refused.
  ///
  /// - Throws: ``KernelChangeFailure`` with the change and the kernel's words.
  public func apply(_ changes: [KernelChange]) async throws {
    guard !changes.isEmpty else { return }
    try await thread.run { [self] in
      var session = session()
      let result = Result { () throws(KernelChangeFailure) in try session.apply(changes) }
      session.end()
      try result.get()
    }
  }

  /// Enters a sandbox, with what an earlier visit opened.
  func visit(_ sandbox: String) throws -> NamespaceTools {
    try NamespaceTools(NamespaceVisit(try sandboxes.open(sandbox)), settings: settings[sandbox])
  }

  private func session() -> ExecutionSession {
    ExecutionSession(host: host, sandboxes: sandboxes, sweeper: sweeper, numbers: numbers, settings: settings)
  }

  /// Carries out as much as can be and goes on past what fails: for taking down, and for healing.
  ///
  /// - Returns: what failed, a ``KernelChangeFailure`` each.
  public func applyWhatever(_ changes: [KernelChange]) async -> [any Error] {
    guard !changes.isEmpty else { return [] }
    do {
      return try await thread.run { [self] in
        var session = session()
        let failures = session.applyWhatever(changes)
        session.end()
        return failures
      }
    } catch {
      return [error]
    }
  }
}

extension KernelExecutor {
  /// What is ours in the kernel; see ``KernelObserver``.
  public func observe() async throws -> KernelState {
    try await KernelObserver(self).observe()
  }
}
