import EngineClient
import EngineModel

/// The value of `--docker`: `host=tcp://…,ca=FILE,cert=FILE,key=FILE,skip-tls-verify=true`, or `from=CONTEXT`.
struct ContextEndpoint {
  static let help = """
    Docker endpoint config:

    NAME                DESCRIPTION
    from                Copy named context's Docker endpoint configuration
    host                Docker endpoint on which to connect
    ca                  Trust certs signed only by this CA
    cert                Path to TLS certificate file
    key                 Path to TLS key file
    skip-tls-verify     Skip TLS certificate validation

    Example:

    $ causeway context create far --docker "host=tcp://far.example:2376,ca=ca.pem,cert=cert.pem,key=key.pem"
    """

  let host: String
  let skipsVerification: Bool
  let files: [(name: String, bytes: [UInt8])]

  init(copying name: String, store: ContextStore, invocation: Invocation) throws {
    guard name != ContextStore.defaultName else {
      host = invocation.defaultHost
      skipsVerification = false
      files = []
      return
    }
    let context = try store.context(name)
    host = context.host
    skipsVerification = context.skipsVerification
    files = try store.tlsFiles(name).map { ($0, try LocalFile.read("\(store.tlsFolder(name))/docker/\($0)")) }
  }

  init(_ values: [String], store: ContextStore, invocation: Invocation) throws {
    let pairs = try KeyValueMap.pairs(values, option: "--docker")
    let known = ["from", "host", "ca", "cert", "key", "skip-tls-verify"]
    if let name = pairs.keys.sorted().first(where: { !known.contains($0) }) {
      throw UsageError.value("unrecognized config key: \(name)")
    }
    if let source = pairs["from"] {
      self = try ContextEndpoint(copying: source, store: store, invocation: invocation)
      return
    }
    let text = pairs["host"] ?? ""
    do {
      if !text.isEmpty { _ = try EngineHost(text) }
    } catch {
      throw UsageError.value("unable to validate docker endpoint: \(error.message)")
    }
    host = text.isEmpty ? EngineChoice.defaultHost.description : text
    skipsVerification = ParsedOptions.boolean(pairs["skip-tls-verify"] ?? "false") ?? false
    var files: [(name: String, bytes: [UInt8])] = []
    for (key, file) in [("ca", "ca.pem"), ("cert", "cert.pem"), ("key", "key.pem")] {
      if let path = pairs[key], !path.isEmpty { files.append((file, try LocalFile.read(path))) }
    }
    self.files = files
  }
}
