package import JSON
package import EngineModel
import Kernel
package import Logging
import Synchronization

/// The plugins of this host. It finds and activates a plugin at its first use, and caches the plugin's capabilities
/// until a call fails.
package actor PluginRegistry {
  /// A part of the plugin protocol.
  package enum Subsystem: String, Sendable, Hashable {
    case networkDriver = "NetworkDriver"
    case ipam = "IpamDriver"
  }

  private let folders: PluginFolders
  /// The timeout of a call.
  package nonisolated let timeout: Duration
  private let logger: Logger
  private var active: [String: Plugin] = [:]
  private var activations: [String: Task<Result<Plugin, EngineError>, Never>] = [:]

  package init(folders: PluginFolders, timeout: Duration, logger: Logger) {
    self.folders = folders
    self.timeout = timeout
    self.logger = logger
  }

  /// The names of plugins that were activated and implement a subsystem, sorted.
  package func names(of subsystem: Subsystem) -> [String] {
    active.values.filter { $0.implements.contains(subsystem.rawValue) }.map(\.name).sorted()
  }

  /// Returns a plugin, activated.
  ///
  /// - Throws: `notFound` with Docker's message when there is none, or it implements something else; `unavailable` and
  ///   others when it cannot be activated.
  package func plugin(_ name: String, for subsystem: Subsystem) async throws(EngineError) -> Plugin {
    let plugin = try await plugin(name)
    guard plugin.implements.contains(subsystem.rawValue) else {
      let others = plugin.implements.sorted().joined(separator: ", ")
      throw EngineError(
        .notFound,
        "plugin \"\(name)\" does not implement \(subsystem.rawValue): it says it implements "
          + (others.isEmpty ? "nothing" : others))
    }
    return plugin
  }

  private func plugin(_ name: String) async throws(EngineError) -> Plugin {
    if let plugin = active[name] { return plugin }
    if let activation = activations[name] { return try await activation.value.get() }
    let task = Task { await activate(name) }
    activations[name] = task
    let result = await task.value
    if activations[name] == task { activations[name] = nil }
    return try result.get()
  }

  private func activate(_ name: String) async -> Result<Plugin, EngineError> {
    let folders = folders
    do {
      let address = try await onDedicatedThread("plugin-search") { try folders.address(of: name) }
      guard let address else { return .failure(EngineError(.notFound, "plugin \"\(name)\" not found")) }
      let answer = try await Plugin(name: name, address: address)
        .perform(PluginCall(plugin: name, method: "Plugin.Activate", body: "{}"), within: timeout)
      let manifest = try JSONDecoding.decode(Manifest.self, from: answer)
      let plugin = Plugin(name: name, address: address, implements: Set(manifest.Implements))
      active[name] = plugin
      logger.info("plugin activated", metadata: ["name": "\(name)", "address": "\(address)"])
      return .success(plugin)
    } catch let error as PluginFailure {
      return .failure(EngineError(error.code, error.description))
    } catch let error as EngineError {
      return .failure(error)
    } catch {
      return .failure(EngineError(.invalidParameter, "plugin \"\(name)\" cannot be used: \(error)"))
    }
  }

  private struct Manifest: Decodable {
    let Implements: [String]
  }

  /// The capabilities of a network plugin; requested once.
  package func networkDriver(_ name: String) async throws -> NetworkDriverAnswers.Capabilities {
    let plugin = try await plugin(name, for: .networkDriver)
    if let known = plugin.driverCapabilities.withLock({ $0 }) { return known }
    var answer = NetworkDriverAnswers.Capabilities.none
    do {
      answer = try await ask(
        NetworkDriverCalls.capabilities(of: name), for: .networkDriver, as: NetworkDriverAnswers.Capabilities.self)
    } catch let failure as PluginFailure where failure.kind == .unknownCall {
      // Older plugins do not implement the call.
    }
    plugin.driverCapabilities.withLock { $0 = answer }
    return answer
  }

  /// The capabilities of an IPAM plugin; requested once.
  package func ipam(_ name: String) async throws -> IPAMAnswers.Capabilities {
    let plugin = try await plugin(name, for: .ipam)
    if let known = plugin.ipamCapabilities.withLock({ $0 }) { return known }
    var answer = IPAMAnswers.Capabilities.none
    do {
      answer = try await ask(IPAMCalls.capabilities(of: name), for: .ipam, as: IPAMAnswers.Capabilities.self)
    } catch let failure as PluginFailure where failure.kind == .unknownCall {
      // Older plugins do not implement the call.
    }
    plugin.ipamCapabilities.withLock { $0 = answer }
    return answer
  }

  /// Makes a call. After a failure, the next call searches and activates the plugin again, because it may have
  /// restarted at another address.
  ///
  /// - Parameter limit: `nil`: the default timeout.
  /// - Throws: ``PluginFailure``, or an `EngineError` when there is no such plugin.
  package func perform(
    _ call: PluginCall, for subsystem: Subsystem, within limit: Duration? = nil
  ) async throws -> JSONValue {
    let plugin = try await plugin(call.plugin, for: subsystem)
    do {
      logger.debug("plugin call", metadata: ["call": "\(call.text)"])
      return try await plugin.perform(call, within: limit ?? timeout)
    } catch {
      if !error.isAnswer, active[plugin.name] === plugin { active[plugin.name] = nil }
      throw error
    }
  }

  /// Makes a call and decodes the answer.
  ///
  /// - Throws: as ``perform(_:for:within:)``; an answer of the wrong form is also a ``PluginFailure``.
  package func ask<Answer: Decodable & Sendable>(
    _ call: PluginCall, for subsystem: Subsystem, as type: Answer.Type
  ) async throws -> Answer {
    let value = try await perform(call, for: subsystem)
    do {
      return try JSONDecoding.decode(type, from: value)
    } catch {
      throw PluginFailure(plugin: call.plugin, method: call.method, kind: .unusable, detail: "\(error)")
    }
  }
}
