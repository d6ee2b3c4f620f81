import Kernel
package import Testing

/// Gives a suite or a test its own host: ``TestHost/shared`` inside. The host is always deleted.
///
/// Suites take turns: at most as many hosts exist as there are processors.
package struct TestHostTrait: SuiteTrait, TestTrait, TestScoping {
  /// Flags of the engine; `nil` for a host without one.
  let engine: [String]?
  /// Another engine to run, fetched when it is missing.
  var peer: String?

  package var isRecursive: Bool { false }

  package func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    // A test in a suite with a host uses the suite's turn; waiting for another turn could deadlock.
    guard TestHost.ofScope == nil else { return try await withHost(function) }
    try await HostQueue.shared.withTurn { try await withHost(function) }
  }

  private func withHost(_ function: @Sendable () async throws -> Void) async throws {
    if let peer { _ = try await Tool(Binaries.peers).run(["fetch", peer]).requireSuccess("fetching \(peer)") }
    let host = try await TestHost.make()
    do {
      if let engine {
        try await host.startEngine(engine, peer: peer)
        try await host.loadBusybox()
      }
      try await TestHost.$ofScope.withValue(host) { try await function() }
    } catch {
      await host.close()
      throw error
    }
    await host.close()
  }
}

extension Trait where Self == TestHostTrait {
  /// A host with a running engine that has the image `busybox:latest`.
  package static var engineHost: Self { TestHostTrait(engine: []) }

  /// The same with flags for the engine.
  package static func engineHost(_ arguments: String...) -> Self { TestHostTrait(engine: arguments) }

  /// A host with Debian's dockerd instead of our engine.
  package static var dockerHost: Self { TestHostTrait(engine: [], peer: "dockerd") }

  /// A host without an engine.
  package static var bareHost: Self { TestHostTrait(engine: nil) }
}

extension TestHost {
  @TaskLocal static var ofScope: TestHost?

  /// The host of the test or suite that this is called in.
  package static var shared: TestHost {
    get throws {
      guard let ofScope else { throw NoHost() }
      return ofScope
    }
  }
}

struct NoHost: Error, CustomStringConvertible {
  var description: String { "the test lacks the trait .engineHost or .bareHost" }
}
