import EngineClient
import EngineModel
import TransportSecurity

/// The TLS files for the connection to the engine.
struct TLSChoice: Equatable, Sendable {
  var files: TLSFiles
  /// Whether the client verifies the engine's certificate and host name.
  var verifies: Bool

  /// The options override the environment; `nil` when neither asks for TLS.
  ///
  /// - Parameter folder: the folder of files that no option names, unless `DOCKER_CERT_PATH` is set.
  init?(globals: ParsedOptions, environment: (String) -> String?, folder: String, exists: (String) -> Bool) {
    let environmentVerifies = !(environment("DOCKER_TLS_VERIFY") ?? "").isEmpty
    let environmentAsks = !(environment("DOCKER_TLS") ?? "").isEmpty
    let asks = globals.flag("tls") || globals.isSet("tlsverify") || environmentAsks || environmentVerifies
    guard asks else { return nil }
    verifies = globals.isSet("tlsverify") ? globals.flag("tlsverify") : environmentVerifies
    let certificates = environment("DOCKER_CERT_PATH").flatMap { $0.isEmpty ? nil : $0 } ?? folder
    /// A default path counts only when the file exists.
    func file(_ option: String, _ name: String) -> String? {
      if let path = globals.text(option) { return path.isEmpty ? nil : path }
      let path = "\(certificates)/\(name)"
      return exists(path) ? path : nil
    }
    files = TLSFiles(
      authority: file("tlscacert", "ca.pem"), certificate: file("tlscert", "cert.pem"), key: file("tlskey", "key.pem"))
  }

  /// The TLS files of a context; `nil` when it has none.
  init?(context: EngineContext, store: ContextStore) {
    let names = store.tlsFiles(context.name)
    guard !names.isEmpty || context.skipsVerification else { return nil }
    func file(_ name: String) -> String? {
      names.contains(name) ? "\(store.tlsFolder(context.name))/docker/\(name)" : nil
    }
    files = TLSFiles(authority: file("ca.pem"), certificate: file("cert.pem"), key: file("key.pem"))
    verifies = !context.skipsVerification
  }

  /// - Throws: ``CommandFailure`` that names the unusable file.
  func context() throws(CommandFailure) -> TLSContext {
    do {
      return try TLSContext.client(files, verifies: verifies)
    } catch {
      throw CommandFailure("\(error)")
    }
  }
}
