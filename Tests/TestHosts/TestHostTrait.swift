public import Testing

/// Gives a suite a host of its own with a running engine that has the image `busybox:latest`, shared by its tests.
///
/// Suites take turns: as many hosts as there are processors exist at one time.
public struct TestHostTrait: SuiteTrait, TestScoping {
  let arguments: [String]

  public var isRecursive: Bool { false }

  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await HostQueue.shared.withTurn {
      let host = try await TestHost.make()
      do {
        try await host.startEngine(arguments)
        try await host.loadBusybox()
        try await TestHost.$ofSuite.withValue(host) { try await function() }
      } catch {
        await host.close()
        throw error
      }
      await host.close()
    }
  }
}

extension Trait where Self == TestHostTrait {
  /// A host with an engine for the suite: ``TestHost/shared``.
  public static var testHost: Self { TestHostTrait(arguments: []) }

  /// The same with flags for the engine.
  public static func testHost(_ arguments: String...) -> Self { TestHostTrait(arguments: arguments) }
}

extension TestHost {
  @TaskLocal static var ofSuite: TestHost?

  /// The host of the suite this is called in.
  public static var shared: TestHost {
    get throws {
      guard let ofSuite else { throw NoHost() }
      return ofSuite
    }
  }
}

struct NoHost: Error, CustomStringConvertible {
  var description: String { "the suite lacks the trait .testHost" }
}

/// Makes a host with a running engine for one test, and always deletes it.
public func withEngineHost<T: Sendable>(
  _ arguments: [String] = [], _ body: @Sendable (TestHost) async throws -> T
) async throws -> T {
  try await HostQueue.shared.withTurn {
    try await withTestHost { host in
      try await host.startEngine(arguments)
      try await host.loadBusybox()
      return try await body(host)
    }
  }
}

/// Makes a host without an engine, and always deletes it.
public func withTestHost<T: Sendable>(_ body: @Sendable (TestHost) async throws -> T) async throws -> T {
  let host = try await TestHost.make()
  do {
    let result = try await body(host)
    await host.close()
    return result
  } catch {
    await host.close()
    throw error
  }
}
