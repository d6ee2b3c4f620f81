import Glibc
import Kernel
import NetworkPlan
import Testing

/// No descriptor stays open after many cycles. Waits for those that are closed in the background.
@Suite(.serialized) struct LeakTests {
  @Test func descriptorsThreadsAndNamespacesAreGivenBack() async throws {
    try await withTestHost { host in
      let network = try SmallNetwork()
      let whole = try network.state()
      var base = whole
      base.sandboxes = []
      base.links[network.near] = nil
      base.links[network.far] = nil
      base.addresses = whole.addresses.filter { $0.link.namespace == .host }
      base.routes = []
      base.sysctls = whole.sysctls.filter { $0.key.namespace == .host }
      base.firewalls[network.far.namespace] = nil
      try await host.executor.apply(KernelState.difference(from: KernelState(), to: base))
      let turn = {
        try await host.executor.apply(KernelState.difference(from: base, to: whole))
        try await host.executor.apply(KernelState.difference(from: whole, to: base))
      }
      try await turn()
      let inside = try namespaceDescriptors()
      for _ in 0..<30 { try await turn() }
      // Other tests run at the same time, so this counts only namespace descriptors and waits for a stable number.
      var now = try namespaceDescriptors()
      for _ in 0..<100 where now > inside + 5 {
        try await Task.sleep(for: .milliseconds(50))
        now = try namespaceDescriptors()
      }
      #expect(now <= inside + 5)
      // The namespaces are deleted with their links; only the bridge remains.
      var links = try await KernelObserver(host.executor).hostLinks().count
      for _ in 0..<100 where links > 2 {
        try await Task.sleep(for: .milliseconds(50))
        links = try await KernelObserver(host.executor).hostLinks().count
      }
      #expect(links == 2)
    }
  }

  private func namespaceDescriptors() throws -> Int {
    guard let folder = opendir("/proc/self/fd") else { throw SystemCallError.last("opendir") }
    defer { closedir(folder) }
    var count = 0
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      var target = [CChar](repeating: 0, count: 64)
      let length = readlink("/proc/self/fd/\(name)", &target, target.count)
      guard length > 0 else { continue }
      let path = String(decoding: target[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if path.hasPrefix("/tmp/causeway-kernel") || path.hasPrefix("net:[") { count += 1 }
    }
    return count
  }
}
