/// The options before the command's name.
enum GlobalOptions {
  static let specifications: [OptionSpecification] = [
    .text("config", nil, "Location of client config files", default: "\"~/.docker\""),
    .text(
      "context", "c",
      "Name of the context to use to connect to the engine (overrides DOCKER_HOST and the context set with "
        + "\"causeway context use\")"),
    .flag("debug", "D", "Enable debug mode"),
    .list("host", "H", "Engine socket to connect to"),
    .text(
      "log-level", "l", "Set the logging level (\"debug\", \"info\", \"warn\", \"error\", \"fatal\")",
      default: "\"info\""),
    .flag("tls", nil, "Use TLS; implied by --tlsverify"),
    .text("tlscacert", nil, "Trust certs signed only by this CA", default: "\"~/.docker/ca.pem\""),
    .text("tlscert", nil, "Path to TLS certificate file", default: "\"~/.docker/cert.pem\""),
    .text("tlskey", nil, "Path to TLS key file", default: "\"~/.docker/key.pem\""),
    .flag("tlsverify", nil, "Use TLS and verify the remote"),
    .flag("version", "v", "Print version information and quit"),
  ]
}
