import EngineAPI

extension Command {
  static var contextRemove: Command {
    Command(
      "context rm", "context remove", usage: "CONTEXT [CONTEXT...]", summary: "Remove one or more contexts",
      options: [.flag("force", "f", "Force the removal of a context in use")], arguments: .atLeast(1),
      usesEngine: false
    ) { invocation in
      let force = invocation.options.flag("force")
      let store = ContextStore(configuration: invocation.configuration.folder)
      var code: Int32 = 0
      for name in invocation.arguments {
        if name == ContextStore.defaultName {
          invocation.printError(#"context "default" cannot be removed"#)
          code = 1
        } else if name == invocation.configuration.text("currentContext"), !force {
          invocation.printError("context \(name.quoted) is in use, set -f flag to force remove")
          code = 1
        } else if !store.exists(name), !force {
          invocation.printError(EngineChoice.missing(name))
          code = 1
        } else {
          if name == invocation.configuration.text("currentContext") {
            var configuration = invocation.configuration
            configuration["currentContext"] = nil
            try configuration.save()
          }
          store.remove(name)
          invocation.printLine(name)
        }
      }
      return code
    }
  }
}
