import EngineAPI
import JSON

extension Command {
  static var contextUse: Command {
    Command(
      "context use", usage: "CONTEXT", summary: "Set the current docker context", arguments: .exactly(1),
      usesEngine: false
    ) { invocation in
      let name = invocation.arguments[0]
      var configuration = invocation.configuration
      let store = ContextStore(configuration: configuration.folder)
      if name == ContextStore.defaultName {
        configuration["currentContext"] = nil
      } else {
        try ContextStore.check(name)
        _ = try store.context(name)
        configuration["currentContext"] = .string(name)
      }
      try configuration.save()
      invocation.printLine(name)
      invocation.printError("Current context is now \(name.quoted)")
      if name != ContextStore.defaultName, let variable = invocation.overridingVariable {
        invocation.printError(
          "Warning: \(variable) environment variable overrides the active context. To use \(name.quoted), either set "
            + "the global --context flag, or unset \(variable) environment variable.")
      }
      return 0
    }
  }
}
