// swift-tools-version: 6.2

import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

/// The folders below `Sources`, from the ground up: `Core` computes and does no I/O, `Host` wraps one facility of the host
/// in each target, `Service` ties them together, `Programs` are what people run.
enum Layer: String {
  case core = "Core"
  case host = "Host"
  case service = "Service"
}

/// A library target. The order of the list below is the order of the layers: a target may use only targets above it.
func part(_ name: String, in layer: Layer, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(layer.rawValue)/\(name)", swiftSettings: strict)
}

/// A C library of the system, with the few declarations that Swift needs of it.
func library(_ name: String, pkgConfig: String? = nil, apt package: String? = nil) -> Target {
  .systemLibrary(
    name: name, path: "Sources/Libraries/\(name)", pkgConfig: pkgConfig,
    providers: package.map { [.apt([$0])] })
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, path: "Sources/Programs/\(name)", swiftSettings: strict)
}

/// Tests stand in the same order as what they test.
func tests(
  _ name: String, in folder: String? = nil, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, path: (["Tests", folder, name].compactMap { $0 }).joined(separator: "/"),
    exclude: exclude, swiftSettings: strict)
}

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
  name: "causeway",
  products: [
    .executable(name: "causeway", targets: ["causeway"]),
    .executable(name: "causewayd", targets: ["causewayd"]),
    .executable(name: "causeway-dataplane", targets: ["causeway-dataplane"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
  ],
  targets: [
    // Pure: values and functions, no I/O.
    part("JSON", in: .core),
    part("Coordination", in: .core),
    library("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
    part("Hashing", in: .core, ["CCrypto"]),
    part("Addressing", in: .core),
    part("EngineModel", in: .core, ["Addressing"]),
    part("Records", in: .core, ["Addressing", "EngineModel"]),
    part("Nftables", in: .core, ["Addressing"]),
    part("NetworkPlan", in: .core, ["Addressing", "EngineModel", "Nftables"]),
    part("NameService", in: .core, ["Addressing"]),
    part("Explanation", in: .core, ["Addressing", "EngineModel", "Nftables", "NetworkPlan", "NameService"]),
    part("EngineAPI", in: .core, ["JSON", "Addressing", "EngineModel"]),
    part("Cluster", in: .core, ["JSON", "Addressing", "EngineModel", "Records", "NetworkPlan"]),
    part("EngineSettings", in: .core, ["JSON", "Addressing", "EngineModel", "NetworkPlan", "EngineAPI"]),
    library("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
    part("Compose", in: .core, ["JSON", "Hashing", "Addressing", "EngineModel", "EngineAPI", "CYAML"]),

    // System libraries and the C that Swift cannot say.
    .target(name: "CLinux", path: "Sources/Libraries/CLinux"),
    library("CNetlink"),
    library("CNftables", pkgConfig: "libnftables", apt: "libnftables-dev"),
    library("CArchive", pkgConfig: "libarchive", apt: "libarchive-dev"),
    library("CSeccomp", pkgConfig: "libseccomp", apt: "libseccomp-dev"),
    library("COpenSSL", pkgConfig: "libssl", apt: "libssl-dev"),

    // Effects: each wraps one facility.
    part(
      "Kernel", in: .host,
      ["Coordination", "Addressing", "EngineModel", "Nftables", "NetworkPlan", "CLinux", "CNetlink", "CNftables"]),
    part("TransportSecurity", in: .host, ["EngineModel", "COpenSSL", nioCore]),
    part("HTTPExchange", in: .host, ["Addressing", "Kernel", "TransportSecurity", "CLinux"]),
    part(
      "Plugins", in: .host, ["JSON", "Addressing", "EngineModel", "HTTPExchange", "Kernel", "CLinux", logging]),
    part(
      "ClusterStore", in: .host,
      ["JSON", "Addressing", "EngineModel", "Cluster", "TransportSecurity", "HTTPExchange", "Kernel"]),
    part("Runtime", in: .host, ["JSON", "Addressing", "EngineModel", "Kernel", "CLinux", "CSeccomp", logging]),
    part(
      "Images", in: .host,
      ["JSON", "Coordination", "Hashing", "Addressing", "EngineModel", "Kernel", "CArchive", "CLinux", logging]),
    part(
      "StateStore", in: .host,
      ["JSON", "Addressing", "EngineModel", "Kernel", "Records", .product(name: "GRDB", package: "GRDB.swift")]),

    // Orchestration.
    part("Reconciler", in: .service, ["Addressing", "EngineModel", "Nftables", "NetworkPlan", "Kernel", logging]),
    part("DataPlane", in: .service, ["Addressing", "EngineModel", "NetworkPlan", "NameService", "Kernel", "CLinux"]),
    part(
      "Engine", in: .service,
      [
        "JSON", "Coordination", "Addressing", "EngineModel", "Nftables", "NetworkPlan", "NameService", "Explanation",
        "Kernel", "Plugins",
        "Cluster", "ClusterStore", "TransportSecurity", "Runtime", "Images", "StateStore", "Reconciler", "DataPlane",
        "CLinux", logging,
      ]),
    part(
      "EngineServer", in: .service,
      [
        "JSON", "Addressing", "EngineModel", "NetworkPlan", "Explanation", "EngineAPI", "EngineSettings", "Engine",
        "Kernel", "TransportSecurity", "CLinux", nioCore, nioPosix, nioHTTP1, logging,
      ]),
    part(
      "EngineClient", in: .service,
      [
        "Coordination", "JSON", "Addressing", "EngineModel", "EngineAPI", "TransportSecurity", nioCore, nioPosix,
        nioHTTP1,
      ]),

    program(
      "causeway",
      [
        "JSON", "Hashing", "Addressing", "EngineModel", "EngineAPI", "EngineSettings", "Compose", "EngineClient",
        "TransportSecurity",
        "CLinux",
      ]),
    program(
      "causewayd",
      [
        "Addressing", "EngineModel", "NetworkPlan", "EngineAPI", "EngineSettings", "Plugins", "Engine",
        "EngineServer", "Kernel", "TransportSecurity", "CLinux", logging,
      ]),
    program("causeway-dataplane", ["DataPlane"]),

    // Tests, a target for each part and one for the whole.
    tests(
      "KernelTests", in: "Host",
      ["TestHosts", "Kernel", "Addressing", "EngineModel", "Nftables", "NetworkPlan", "CLinux"]),
    tests(
      "ImagesTests", in: "Host",
      ["TestHosts", "Images", "JSON", "Addressing", "EngineModel", "Kernel", "CArchive", "CLinux"]),
    tests("NameServiceTests", in: "Core", ["NameService", "Addressing"]),
    tests(
      "DataPlaneTests", in: "Service",
      [
        "TestHosts", "DataPlane", "NameService", "NetworkPlan", "Nftables", "Addressing", "Kernel", "CLinux",
        "causeway-dataplane",
      ]),
    tests("AddressingTests", in: "Core", ["Addressing"]),
    tests("EngineModelTests", in: "Core", ["EngineModel"]),
    // Networks, containers on them, and who reaches whom: planned without a kernel, and tried on a host.
    .target(name: "Scenarios", path: "Tests/Support/Scenarios", exclude: ["Golden"], swiftSettings: strict),
    // A kernel in memory that refuses what Linux refuses.
    .target(
      name: "FakeKernel", dependencies: ["Addressing", "Nftables", "NetworkPlan", "Reconciler"],
      path: "Tests/Support/FakeKernel", swiftSettings: strict),
    tests(
      "NetworkPlanTests", in: "Core",
      ["FakeKernel", "Scenarios", "Addressing", "EngineModel", "Nftables", "NetworkPlan"]),
    tests(
      "ExplanationTests", in: "Core",
      ["Addressing", "EngineModel", "Nftables", "NetworkPlan", "NameService", "Explanation"]),
    tests(
      "StateStoreTests", in: "Host",
      [
        "TestHosts", "JSON", "Addressing", "EngineModel", "Records", "StateStore",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["Fixtures"]),
    tests(
      "EngineTests", in: "Service",
      [
        "Coordination", "FakeKernel", "Addressing", "EngineModel", "NameService", "NetworkPlan", "Kernel", "Plugins",
        "StateStore", "Reconciler", "DataPlane", "Engine", "Runtime", logging,
      ]),
    tests("RuntimeTests", in: "Host", ["Runtime", "JSON", "Addressing", "EngineModel", "Kernel", "CLinux", logging]),
    tests(
      "PluginsTests", in: "Host",
      ["Plugins", "HTTPExchange", "JSON", "Addressing", "EngineModel", "Kernel", logging]),
    tests("ClusterTests", in: "Core", ["Addressing", "EngineModel", "NetworkPlan", "Cluster"]),
    tests("ClusterStoreTests", in: "Host", ["TestHosts", "Addressing", "Cluster", "ClusterStore", "HTTPExchange"]),
    tests(
      "ReconcilerTests", in: "Service",
      ["FakeKernel", "Addressing", "EngineModel", "NetworkPlan", "Reconciler", logging]),
    // What live tests of all parts stand on: throwaway hosts.
    .target(
      name: "TestHosts", dependencies: ["Addressing", "Kernel", "CLinux"], path: "Tests/Support/TestHosts",
      swiftSettings: strict),
    tests("TestHostsTests", in: "Support", ["TestHosts", "Kernel"]),
    tests(
      "CommandLineTests", in: "Programs",
      [
        "causeway", "JSON", "Hashing", "Addressing", "EngineAPI", "EngineClient", "EngineModel", "TransportSecurity",
      ]),
    tests("EndToEndTests", ["TestHosts", "Scenarios", "Kernel", "Addressing"]),
    tests("JSONTests", in: "Core", ["JSON"]),
    tests("CoordinationTests", in: "Core", ["Coordination"]),
    tests("EngineAPITests", in: "Core", ["JSON", "Addressing", "EngineModel", "EngineAPI"]),
    tests("ComposeTests", in: "Core", ["JSON", "Hashing", "EngineModel", "EngineAPI", "Compose"]),
    tests(
      "EngineServerTests", in: "Service",
      [
        "JSON", "Addressing", "EngineModel", "EngineAPI", "EngineSettings", "Engine", "EngineServer", nioCore,
        nioPosix, nioHTTP1, logging,
      ]),
    tests(
      "EngineClientTests", in: "Service",
      ["EngineModel", "EngineAPI", "EngineServer", "EngineClient", nioCore, nioPosix, nioHTTP1, logging]),
    tests(
      "DaemonTests", in: "Programs",
      [
        "Addressing", "NetworkPlan", "EngineSettings", "Kernel", "Engine", "EngineServer", "TransportSecurity",
        "causewayd", logging,
      ]),
    tests("TransportSecurityTests", in: "Host", ["TransportSecurity", "TestHosts", "EngineModel", nioCore]),
  ]
)

// `make release` builds everything that is left in one pass. TestHosts is no test target, but needs the module Testing,
// which release builds do not have.
if Context.environment["CAUSEWAY_WITHOUT_TESTS"] != nil {
  package.targets.removeAll { $0.path?.hasPrefix("Tests/") == true }
}
