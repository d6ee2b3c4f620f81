extension Command {
  static var imageTag: Command {
    Command(
      "image tag", "tag", usage: "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
      summary: "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE", arguments: .exactly(2)
    ) { invocation in
      let (repository, tag) = ImageReference.parts(invocation.arguments[1])
      try await invocation.engine.post(
        invocation.path("images", invocation.arguments[0], "/tag"), [("repo", repository), ("tag", tag)])
      return 0
    }
  }
}
