import EngineModel

extension Engine {
  public func createContainer(_ request: ContainerCreateRequest) async throws -> ContainerCreated {
    throw Self.missing("create")
  }

  /// - Throws: `notModified` when it runs already.
  public func startContainer(_ reference: String) async throws { throw Self.missing("start") }

  /// - Parameters:
  ///   - signal: `nil`: the container's own stop signal.
  ///   - timeout: seconds until SIGKILL; `nil`: the container's own; negative: without end.
  /// - Throws: `notModified` when it does not run.
  public func stopContainer(_ reference: String, signal: String? = nil, timeout: Int? = nil) async throws {
    throw Self.missing("stop")
  }

  public func restartContainer(_ reference: String, signal: String? = nil, timeout: Int? = nil) async throws {
    throw Self.missing("restart")
  }

  /// - Parameter signal: a name with or without `SIG`, or a number; empty: SIGKILL.
  public func killContainer(_ reference: String, signal: String = "") async throws { throw Self.missing("kill") }

  public func pauseContainer(_ reference: String) async throws { throw Self.missing("pause") }

  public func unpauseContainer(_ reference: String) async throws { throw Self.missing("unpause") }

  /// Begins a wait; see ``ContainerWait``.
  public func wait(_ reference: String, condition: WaitCondition = .notRunning) throws -> ContainerWait {
    throw Self.missing("wait")
  }

  /// - Parameters:
  ///   - force: kills it first when it runs.
  ///   - volumes: its anonymous volumes, too.
  ///   - link: only the link of this name (`parent/alias`), not the container.
  public func removeContainer(
    _ reference: String, force: Bool = false, volumes: Bool = false, link: Bool = false
  ) async throws { throw Self.missing("rm") }

  public func renameContainer(_ reference: String, to name: String) async throws { throw Self.missing("rename") }

  /// Newest first.
  public func containers(_ request: ContainerListRequest = ContainerListRequest()) async throws -> [ContainerView] {
    throw Self.missing("ps")
  }

  public func container(_ reference: String, withSizes: Bool = false) async throws -> ContainerView {
    throw Self.missing("inspect")
  }

  public func resizeContainer(_ reference: String, height: Int, width: Int) async throws {
    throw Self.missing("resize")
  }

  /// - Parameter arguments: for `ps`; empty: `-ef`.
  public func top(_ reference: String, arguments: String = "") async throws -> ProcessTable {
    throw Self.missing("top")
  }

  /// Filters: `label`, `label!`, `until`. The ids of what was removed.
  public func pruneContainers(_ filters: Filters = Filters()) async throws -> PruneResult {
    throw Self.missing("container prune")
  }
}
