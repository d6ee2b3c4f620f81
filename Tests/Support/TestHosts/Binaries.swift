import Glibc

/// The programs under test, which the build puts beside the test bundle.
package enum Binaries {
  /// `CAUSEWAY_BINARIES` names another folder.
  package static let folder: String = {
    if let named = getenv("CAUSEWAY_BINARIES") { return String(cString: named) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) { text in
        text.baseAddress.map { readlink("/proc/self/exe", $0, text.count) } ?? 0
      }
    }
    let path = String(decoding: buffer[..<max(0, count)], as: UTF8.self)
    return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }()

  /// The engine under test. `CAUSEWAY_ENGINE` names another engine with the same flags, to compare with.
  package static let engine = getenv("CAUSEWAY_ENGINE").map { String(cString: $0) } ?? "\(folder)/causewayd"

  /// The script that fetches and runs the engines to compare with.
  static let peers = "\(package)/Benchmarks/peers"

  /// The package's folder: the nearest parent folder with a `Package.swift`.
  package static let package: String = {
    var folder = #filePath[...]
    while let slash = folder.lastIndex(of: "/") {
      folder = folder[..<slash]
      if access("\(folder)/Package.swift", F_OK) == 0 { return String(folder) }
    }
    return "."
  }()
}
