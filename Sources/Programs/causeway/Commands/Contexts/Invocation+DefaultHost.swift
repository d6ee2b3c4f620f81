import EngineClient

extension Invocation {
  /// The environment variable that overrides the current context, if one is set.
  var overridingVariable: String? {
    EngineChoice.hostVariables.first { !(Self.environment($0) ?? "").isEmpty }
  }

  /// The host of the context `default`.
  var defaultHost: String {
    overridingVariable.flatMap(Self.environment) ?? EngineChoice.defaultHost.description
  }
}
