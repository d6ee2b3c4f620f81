import EngineSettings
import TransportSecurity

/// The TLS files from `--tls`, `--tlsverify` and related options.
enum TLSSettings {
  /// - Returns: the files; `nil` when TCP ports do not use TLS.
  /// - Throws: when an option names a file that would not be used.
  static func files(_ settings: Settings) throws(UsageError) -> TLSFiles? {
    func text(_ name: String) -> String? { settings[name]?.last.flatMap { $0.isEmpty ? nil : $0 } }
    let verifies = text("tlsverify") == "true"
    guard verifies || text("tls") == "true" else {
      // `tls: false` in the file turns off the other TLS options.
      if settings["tls"] == nil, settings["tlsverify"] == nil,
        let name = ["tlscacert", "tlscert", "tlskey"].first(where: { text($0) != nil })
      {
        throw UsageError("--\(name) is of no use without --tls or --tlsverify")
      }
      return nil
    }
    return TLSFiles(
      authority: verifies ? text("tlscacert") ?? "\(Option.standardFolder)/ca.pem" : nil,
      certificate: text("tlscert") ?? "\(Option.standardFolder)/cert.pem",
      key: text("tlskey") ?? "\(Option.standardFolder)/key.pem")
  }
}
