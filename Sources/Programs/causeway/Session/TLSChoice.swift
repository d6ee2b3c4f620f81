import EngineClient
import EngineModel
import TransportSecurity

/// Whether the way to the engine is by TLS, and with which files.
struct TLSChoice: Equatable, Sendable {
  var files: TLSFiles
  /// Whether the engine must prove that it is the host that was asked for.
  var verifies: Bool

  /// What the options say before the environment does; `nil` when neither asks for TLS.
  ///
  /// - Parameter folder: where the files are that no option names, unless `DOCKER_CERT_PATH` says so.
  init?(globals: ParsedOptions, environment: (String) -> String?, folder: String, exists: (String) -> Bool) {
    let environmentVerifies = !(environment("DOCKER_TLS_VERIFY") ?? "").isEmpty
    let environmentAsks = !(environment("DOCKER_TLS") ?? "").isEmpty
    let asks = globals.flag("tls") || globals.isSet("tlsverify") || environmentAsks || environmentVerifies
    guard asks else { return nil }
    verifies = globals.isSet("tlsverify") ? globals.flag("tlsverify") : environmentVerifies
    let certificates = environment("DOCKER_CERT_PATH").flatMap { $0.isEmpty ? nil : $0 } ?? folder
    /// A file that nobody named and that is not there is not meant.
    func file(_ option: String, _ name: String) -> String? {
      if let path = globals.text(option) { return path.isEmpty ? nil : path }
      let path = "\(certificates)/\(name)"
      return exists(path) ? path : nil
    }
    files = TLSFiles(
      authority: file("tlscacert", "ca.pem"), certificate: file("tlscert", "cert.pem"), key: file("tlskey", "key.pem"))
  }

  /// What a context has; `nil` when it has nothing of TLS.
  init?(context: EngineContext, store: ContextStore) {
    let names = store.tlsFiles(context.name)
    guard !names.isEmpty || context.skipsVerification else { return nil }
    func file(_ name: String) -> String? {
      names.contains(name) ? "\(store.tlsFolder(context.name))/docker/\(name)" : nil
    }
    files = TLSFiles(authority: file("ca.pem"), certificate: file("cert.pem"), key: file("key.pem"))
    verifies = !context.skipsVerification
  }

  /// - Throws: ``CommandFailure`` naming the file that does not fit.
  func context() throws(CommandFailure) -> TLSContext {
    do {
      return try TLSContext.client(files, verifies: verifies)
    } catch {
      throw CommandFailure("\(error)")
    }
  }
}
