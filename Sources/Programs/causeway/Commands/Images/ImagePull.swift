extension Command {
  static var imagePull: Command {
    Command(
      "image pull", "pull", usage: "[OPTIONS] NAME[:TAG|@DIGEST]", summary: "Download an image from a registry",
      options: [
        .flag("all-tags", "a", "Download all tagged images in the repository"),
        .flag("disable-content-trust", nil, "Skip image verification", default: true),
        .text("platform", nil, "Set platform if server is multi-platform capable"),
        .flag("quiet", "q", "Suppress verbose output"),
      ],
      arguments: .exactly(1)
    ) { invocation in
      let options = invocation.options
      let image = invocation.arguments[0]
      let isBare = ImageReference.tagged(image) != image
      let wantsAll = options.flag("all-tags")
      guard !wantsAll || isBare else { throw UsageError.value("tag can't be used with --all-tags/-a") }
      if !options.flag("quiet"), isBare, !wantsAll { invocation.printLine("Using default tag: latest") }
      try await ImageTransfer(
        engine: invocation.engine, configuration: invocation.configuration, platform: options.text("platform"),
        isQuiet: options.flag("quiet")
      ).pull(image, allTags: wantsAll, to: .output)
      invocation.printLine(
        wantsAll ? ImageReference.qualified(image) : ImageReference.qualified(ImageReference.tagged(image)))
      return 0
    }
  }
}
