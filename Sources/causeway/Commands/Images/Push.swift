import EngineClient

extension Command {
  static var push: Command {
    Command(
      "image push", "push", usage: "[OPTIONS] NAME[:TAG]", summary: "Upload an image to a registry",
      options: [
        .flag("all-tags", "a", "Push all tags of an image to the repository"),
        .flag("disable-content-trust", nil, "Skip image signing", default: true),
        .text(
          "platform", nil,
          "Push a platform-specific manifest as a single-platform image to the registry. 'os[/arch[/variant]]': "
            + "Explicit platform (eg. linux/amd64)"),
        .flag("quiet", "q", "Suppress verbose output"),
      ],
      arguments: .exactly(1)
    ) { invocation in
      let options = invocation.options
      let image = invocation.arguments[0]
      guard !image.contains("@") else { throw UsageError.value("cannot push a digest reference") }
      let (repository, tag) = ImageReference.parts(image)
      var query: EngineSession.Query = []
      if options.flag("all-tags") {
        guard ImageReference.familiar(image) != image else {
          throw UsageError.value("tag can't be used with --all-tags/-a")
        }
      } else {
        query.append(("tag", tag))
        if ImageReference.familiar(image) != image, !options.flag("quiet") {
          invocation.say("Using default tag: latest")
        }
      }
      if let platform = options.text("platform") { query.append(("platform", PlatformText.json(platform))) }
      let login = try await RegistryCredentials(configuration: invocation.configuration)
        .login(for: RegistryCredentials.server(ofImage: image))
      let chunks = try await invocation.engine.stream(
        .post, invocation.path("images", repository, "/push"), query, headers: [("X-Registry-Auth", login.header)])
      var progress = ProgressPrinter(output: .output, isQuiet: options.flag("quiet"))
      try await progress.print(chunks)
      if options.flag("quiet") { invocation.say(ImageReference.familiar(image)) }
      return 0
    }
  }
}
