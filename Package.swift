// swift-tools-version: 6.2

import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

/// A library part of Causeway. The order of the list below is the order of the layers: a part may use only parts above it.
func part(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
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
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // Pure: values and functions, no I/O.
    part("Addressing"),
    part("EngineModel", ["Addressing"]),
    part("Nftables", ["Addressing"]),
    part("NetworkPlan", ["Addressing", "EngineModel", "Nftables"]),
    part("NameService", ["Addressing"]),
    part("Explanation", ["Addressing", "EngineModel", "Nftables", "NetworkPlan", "NameService"]),
    part("EngineAPI", ["Addressing", "EngineModel"]),
    part("Cluster", ["Addressing", "EngineModel", "NetworkPlan", "EngineAPI"]),
    part("EngineSettings", ["Addressing", "EngineModel", "NetworkPlan", "EngineAPI"]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    part("Compose", ["Addressing", "EngineModel", "EngineAPI", "CYAML"]),

    // System libraries and the C that Swift cannot say.
    .target(name: "CLinux"),
    .systemLibrary(name: "CNetlink"),
    .systemLibrary(name: "CNftables", pkgConfig: "libnftables", providers: [.apt(["libnftables-dev"])]),
    .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libssl", providers: [.apt(["libssl-dev"])]),

    // Effects: each wraps one facility.
    part("Kernel", ["Addressing", "EngineModel", "Nftables", "NetworkPlan", "CLinux", "CNetlink", "CNftables"]),
    part("TransportSecurity", ["EngineModel", "COpenSSL", nioCore]),
    part("HTTPExchange", ["Addressing", "Kernel", "TransportSecurity", "CLinux"]),
    part("Plugins", ["Addressing", "EngineModel", "EngineAPI", "HTTPExchange", "Kernel", "CLinux", logging]),
    part(
      "ClusterStore",
      ["Addressing", "EngineModel", "EngineAPI", "Cluster", "TransportSecurity", "HTTPExchange", "Kernel"]),
    part("Runtime", ["Addressing", "EngineModel", "Kernel", "CLinux", "CSeccomp", logging]),
    part("Images", ["Addressing", "EngineModel", "Kernel", "CArchive", "CCrypto", "CLinux", logging]),
    part("StateStore", ["Addressing", "EngineModel", .product(name: "GRDB", package: "GRDB.swift")]),

    // Orchestration.
    part("Reconciler", ["Addressing", "EngineModel", "Nftables", "NetworkPlan", "Kernel", logging]),
    part("DataPlane", ["Addressing", "EngineModel", "NetworkPlan", "NameService", "Kernel", "CLinux"]),
    part(
      "Engine",
      [
        "Addressing", "EngineModel", "Nftables", "NetworkPlan", "NameService", "Explanation", "Kernel", "Plugins",
        "Cluster", "ClusterStore", "TransportSecurity", "Runtime", "Images", "StateStore", "Reconciler", "DataPlane",
        "CLinux", logging,
      ]),
    part(
      "EngineServer",
      [
        "Addressing", "EngineModel", "NetworkPlan", "Explanation", "EngineAPI", "EngineSettings", "Engine", "Images",
        "Kernel", "TransportSecurity", "CLinux", nioCore, nioPosix, nioHTTP1, logging,
      ]),
    part("EngineClient", ["Addressing", "EngineModel", "EngineAPI", "TransportSecurity", nioCore, nioPosix, nioHTTP1]),

    program(
      "causeway",
      [
        "Addressing", "EngineModel", "EngineAPI", "EngineSettings", "Compose", "EngineClient", "TransportSecurity",
        "CLinux",
      ]),
    program(
      "causewayd",
      [
        "Addressing", "EngineModel", "NetworkPlan", "EngineAPI", "EngineSettings", "Plugins", "Images", "Engine",
        "EngineServer", "TransportSecurity", "CLinux", logging,
      ]),
    program("causeway-dataplane", ["DataPlane"]),

    // Tests, a target for each part and one for the whole.
    tests("KernelTests", ["TestHosts", "Kernel", "Addressing", "EngineModel", "Nftables", "NetworkPlan", "CLinux"]),
    tests("ImagesTests", ["TestHosts", "Images", "Addressing", "EngineModel", "Kernel", "CArchive", "CLinux"]),
    tests("NameServiceTests", ["NameService", "Addressing"]),
    tests(
      "DataPlaneTests",
      [
        "TestHosts", "DataPlane", "NameService", "NetworkPlan", "Nftables", "Addressing", "Kernel", "CLinux",
        "causeway-dataplane",
      ]),
    tests("AddressingTests", ["Addressing"]),
    tests("EngineModelTests", ["EngineModel"]),
    // Networks, containers on them, and who reaches whom: planned without a kernel, and tried on a host.
    .target(name: "Scenarios", path: "Tests/Scenarios", exclude: ["Golden"], swiftSettings: strict),
    tests("NetworkPlanTests", ["Scenarios", "Addressing", "EngineModel", "Nftables", "NetworkPlan"]),
    tests("ExplanationTests", ["Addressing", "EngineModel", "Nftables", "NetworkPlan", "NameService", "Explanation"]),
    tests(
      "StateStoreTests",
      ["TestHosts", "Addressing", "EngineModel", "StateStore", .product(name: "GRDB", package: "GRDB.swift")]),
    tests(
      "EngineTests",
      [
        "Addressing", "EngineModel", "NameService", "NetworkPlan", "Kernel", "StateStore", "Reconciler", "DataPlane",
        "Engine", "Runtime", logging,
      ]),
    tests("RuntimeTests", ["Runtime", "Addressing", "EngineModel", "Kernel", "CLinux", logging]),
    tests("PluginsTests", ["Plugins", "HTTPExchange", "Addressing", "EngineAPI", "EngineModel", "Kernel", logging]),
    tests("ClusterTests", ["Addressing", "EngineModel", "NetworkPlan", "EngineAPI", "Cluster"]),
    tests("ClusterStoreTests", ["TestHosts", "Addressing", "Cluster", "ClusterStore", "HTTPExchange"]),
    tests("ReconcilerTests", ["Addressing", "EngineModel", "NetworkPlan", "Reconciler", logging]),
    // What live tests of all parts stand on: throwaway hosts.
    .target(
      name: "TestHosts", dependencies: ["Kernel", "CLinux"], path: "Tests/TestHosts", swiftSettings: strict),
    tests("TestHostsTests", ["TestHosts", "Kernel"]),
    tests(
      "CommandLineTests", ["causeway", "Addressing", "EngineAPI", "EngineClient", "EngineModel", "TransportSecurity"]),
    tests("EndToEndTests", ["TestHosts", "Scenarios", "Kernel", "Addressing"]),
    tests("EngineAPITests", ["Addressing", "EngineModel", "EngineAPI"]),
    tests("ComposeTests", ["EngineModel", "EngineAPI", "Compose"]),
    tests(
      "EngineServerTests",
      [
        "Addressing", "EngineModel", "EngineAPI", "EngineSettings", "Images", "Engine", "EngineServer", nioCore,
        nioPosix, nioHTTP1, logging,
      ]),
    tests(
      "EngineClientTests",
      ["EngineModel", "EngineAPI", "EngineServer", "EngineClient", nioCore, nioPosix, nioHTTP1, logging]),
    tests(
      "DaemonTests",
      [
        "Addressing", "NetworkPlan", "EngineSettings", "Engine", "EngineServer", "TransportSecurity", "causewayd",
        logging,
      ]),
    tests("TransportSecurityTests", ["TransportSecurity", "TestHosts", "EngineModel", nioCore]),
  ]
)
