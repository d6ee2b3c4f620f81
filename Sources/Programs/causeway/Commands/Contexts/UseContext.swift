import JSON
import EngineAPI

extension Command {
  static var useContext: Command {
    Command(
      "context use", usage: "CONTEXT", summary: "Set the current docker context", arguments: .exactly(1),
      usesEngine: false
    ) { invocation in
      let name = invocation.arguments[0]
      var configuration = invocation.configuration
      let store = ContextStore(configuration: configuration.folder)
      if name == ContextStore.standard {
        configuration["currentContext"] = nil
      } else {
        try ContextStore.check(name)
        _ = try store.context(name)
        configuration["currentContext"] = .string(name)
      }
      try configuration.save()
      invocation.say(name)
      invocation.complain("Current context is now \(quoted(name))")
      if name != ContextStore.standard, let variable = invocation.overridingVariable {
        invocation.complain(
          "Warning: \(variable) environment variable overrides the active context. To use \(quoted(name)), either set "
            + "the global --context flag, or unset \(variable) environment variable.")
      }
      return 0
    }
  }

  static var showContext: Command {
    Command(
      "context show", summary: "Print the name of the current context", arguments: .none, usesEngine: false
    ) { invocation in
      invocation.say(invocation.contextName)
      return 0
    }
  }

  static var removeContexts: Command {
    Command(
      "context rm", "context remove", usage: "CONTEXT [CONTEXT...]", summary: "Remove one or more contexts",
      options: [.flag("force", "f", "Force the removal of a context in use")], arguments: .atLeast(1),
      usesEngine: false
    ) { invocation in
      let force = invocation.options.flag("force")
      let store = ContextStore(configuration: invocation.configuration.folder)
      var code: Int32 = 0
      for name in invocation.arguments {
        if name == ContextStore.standard {
          invocation.complain(#"context "default" cannot be removed"#)
          code = 1
        } else if name == invocation.configuration.text("currentContext"), !force {
          invocation.complain("context \(quoted(name)) is in use, set -f flag to force remove")
          code = 1
        } else if !store.exists(name), !force {
          invocation.complain(EngineChoice.missing(name))
          code = 1
        } else {
          if name == invocation.configuration.text("currentContext") {
            var configuration = invocation.configuration
            configuration["currentContext"] = nil
            try configuration.save()
          }
          store.remove(name)
          invocation.say(name)
        }
      }
      return code
    }
  }
}
