import EngineSettings
import TransportSecurity

/// What `--tls` and its kin ask for.
enum TLSSettings {
  /// - Returns: the files; `nil` when TCP ports shall not speak TLS.
  /// - Throws: when a file is named that would not be used.
  static func files(_ settings: Settings) throws(UsageError) -> TLSFiles? {
    func text(_ name: String) -> String? { settings[name]?.last.flatMap { $0.isEmpty ? nil : $0 } }
    let verifies = text("tlsverify") == "true"
    guard verifies || text("tls") == "true" else {
      // `tls: false` in a file is a way to turn off what is written below it.
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
