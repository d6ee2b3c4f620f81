import Addressing
import Glibc
import Kernel
import NetworkPlan
import TestHosts
import Testing

/// A namespace that acts as the host, with an executor and a folder for its sandboxes.
struct TestHost: Sendable {
  let executor: KernelExecutor
  let namespace: NetworkNamespace
  let sandboxes: SandboxDirectory

  /// Runs a tool inside and returns its output.
  func tool(_ name: String, _ arguments: [String], in sandbox: String? = nil) async throws -> String {
    let file = sandbox.map { sandboxes.file($0) } ?? "/proc/self/fd/9"
    let output = try await Tool("nsenter").run(
      ["--net=\(file)", name] + arguments, descriptors: [9: namespace.descriptor.number])
    return try output.requireSuccess("\(name) \(arguments)").stdoutText
  }

  func ip(_ arguments: String..., in sandbox: String? = nil) async throws -> String {
    try await tool("ip", arguments, in: sandbox)
  }
}

func withTestHost<T>(_ body: (TestHost) async throws -> T) async throws -> T {
  try await withScratchFolder { folder in
    let namespace = try await onDedicatedThread("test") {
      try SandboxDirectory("\(folder)/hosts").create("host")
    }
    let sandboxes = SandboxDirectory("\(folder)/netns")
    let executor = try await KernelExecutor(sandboxes: sandboxes, hostNamespace: namespace)
    return try await body(TestHost(executor: executor, namespace: namespace, sandboxes: sandboxes))
  }
}

func name(_ text: String) throws -> InterfaceName { try #require(InterfaceName(text)) }
func prefix(_ text: String) throws -> IPPrefix { try #require(IPPrefix(text)) }
func assigned(_ text: String) throws -> InterfaceAddress { try #require(InterfaceAddress(text)) }
