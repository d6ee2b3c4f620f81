package import EngineModel
import JSON

/// A seccomp profile in the format of containers-common and Docker: rules with conditions on architecture, capabilities
/// and kernel (`containers/common`, `pkg/seccomp`). The OCI format has no such conditions;
/// ``filter(capabilities:architecture:kernel:)`` resolves them.
package struct SeccompProfile: Sendable, Hashable, Codable {
  struct Condition: Sendable, Hashable, Codable {
    var caps: [String]?
    var arches: [String]?
    var minKernel: String?
  }

  struct Rule: Sendable, Hashable, Codable {
    var name: String?
    var names: [String]?
    var action: String
    var errnoRet: UInt32?
    var args: [OCISpecification.Seccomp.Argument]?
    var includes: Condition?
    var excludes: Condition?
  }

  struct ArchitectureMapping: Sendable, Hashable, Codable {
    var architecture: String
    var subArchitectures: [String]?
  }

  var defaultAction: String
  var defaultErrnoRet: UInt32?
  var archMap: [ArchitectureMapping]?
  var architectures: [String]?
  var syscalls: [Rule]?

  /// Parses a profile.
  ///
  /// - Throws: `invalidParameter`, in Docker's words.
  package static func parse(_ text: [UInt8]) throws(EngineError) -> SeccompProfile {
    do {
      return try JSONDecoding.decode(SeccompProfile.self, from: text, absent: .error)
    } catch {
      throw EngineError(.invalidParameter, "Decoding seccomp profile failed", cause: error)
    }
  }

  /// Resolves the profile for a container.
  ///
  /// - Parameters:
  ///   - capabilities: the container's bounding set.
  ///   - architecture: from `uname -m`.
  ///   - kernel: this host's release, such as `6.1`.
  package func filter(
    capabilities: [String], architecture: String, kernel: String
  ) -> OCISpecification.Seccomp {
    let (name, native) = Self.names[architecture] ?? (architecture, nil)
    var result = OCISpecification.Seccomp(defaultAction: defaultAction)
    result.defaultErrnoRet = defaultErrnoRet
    if let architectures, !architectures.isEmpty {
      result.architectures = architectures
    } else if let native, let mapping = archMap?.first(where: { $0.architecture == native }) {
      result.architectures = [native] + (mapping.subArchitectures ?? [])
    }
    let release = Self.version(kernel)
    result.syscalls = (syscalls ?? []).compactMap { rule in
      if let condition = rule.excludes {
        if condition.arches?.contains(name) ?? false { return nil }
        if condition.caps?.contains(where: capabilities.contains) ?? false { return nil }
        if let minimum = condition.minKernel, Self.version(minimum) <= release { return nil }
      }
      if let condition = rule.includes {
        if let arches = condition.arches, !arches.isEmpty, !arches.contains(name) { return nil }
        if let caps = condition.caps, !caps.allSatisfy(capabilities.contains) { return nil }
        if let minimum = condition.minKernel, Self.version(minimum) > release { return nil }
      }
      let names = rule.names ?? rule.name.map { [$0] } ?? []
      guard !names.isEmpty else { return nil }
      let arguments = rule.args.flatMap { $0.isEmpty ? nil : $0 }
      return .init(names: names, action: rule.action, errnoRet: rule.errnoRet, args: arguments)
    }
    return result
  }

  /// `uname -m` to Go's name, which the rules use, and libseccomp's name.
  private static let names: [String: (String, String?)] = [
    "x86_64": ("amd64", "SCMP_ARCH_X86_64"), "aarch64": ("arm64", "SCMP_ARCH_AARCH64"),
    "armv7l": ("arm", "SCMP_ARCH_ARM"), "ppc64le": ("ppc64le", "SCMP_ARCH_PPC64LE"),
    "s390x": ("s390x", "SCMP_ARCH_S390X"), "riscv64": ("riscv64", "SCMP_ARCH_RISCV64"),
    "i686": ("x86", "SCMP_ARCH_X86"),
  ]

  private static func version(_ text: String) -> Int {
    let parts = text.split { !$0.isNumber }.prefix(2).map { Int($0) ?? 0 }
    return (parts.first ?? 0) * 10_000 + (parts.count > 1 ? parts[1] : 0)
  }
}
