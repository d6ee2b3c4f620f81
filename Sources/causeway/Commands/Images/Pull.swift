extension Command {
  static var pull: Command {
    Command(
      "image pull", "pull", usage: "[OPTIONS] NAME[:TAG|@DIGEST]", summary: "Download an image from a registry",
      options: [
        .flag("all-tags", "a", "Download all tagged images in the repository"),
        .text("platform", nil, "Set platform if server is multi-platform capable"),
        .flag("quiet", "q", "Suppress verbose output"),
        OptionSpecification(
          "disable-content-trust", nil, .flag(default: true), "Skip image verification", hidden: true),
      ],
      arguments: .exactly(1)
    ) { invocation in
      let options = invocation.options
      guard !options.flag("all-tags") else { throw CommandFailure("pulling all tags of a repository is not built yet") }
      let image = invocation.arguments[0]
      if !options.flag("quiet"), ImageReference.familiar(image) != image {
        invocation.say("Using default tag: latest")
      }
      try await ImagePull(
        engine: invocation.engine, platform: options.text("platform"), isQuiet: options.flag("quiet")
      ).pull(image, to: .output)
      invocation.say(ImageReference.familiar(image))
      return 0
    }
  }
}
