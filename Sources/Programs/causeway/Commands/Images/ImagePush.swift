extension Command {
  static var imagePush: Command {
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
      let wantsAll = options.flag("all-tags")
      let isBare = ImageReference.tagged(image) != image
      guard !wantsAll || isBare else { throw UsageError.value("tag can't be used with --all-tags/-a") }
      if isBare, !wantsAll, !options.flag("quiet") { invocation.printLine("Using default tag: latest") }
      try await ImageTransfer(
        engine: invocation.engine, configuration: invocation.configuration, platform: options.text("platform"),
        isQuiet: options.flag("quiet")
      ).push(image, allTags: wantsAll, to: .output)
      if options.flag("quiet") { invocation.printLine(ImageReference.tagged(image)) }
      return 0
    }
  }
}
