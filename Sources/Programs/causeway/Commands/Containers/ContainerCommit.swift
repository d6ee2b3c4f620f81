import EngineAPI
import EngineClient

extension Command {
  static var containerCommit: Command {
    Command(
      "container commit", "commit", usage: "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]",
      summary: "Create a new image from a container's changes",
      options: [
        .text("author", "a", "Author (e.g., \"John Hannibal Smith <hannibal@a-team.com>\")"),
        .list("change", "c", "Apply Dockerfile instruction to the created image"),
        .text("message", "m", "Commit message"),
        .flag("pause", "p", "Pause container during commit", default: true),
      ],
      arguments: .between(1, 2)
    ) { invocation in
      let options = invocation.options
      var query: EngineSession.Query = [("container", invocation.arguments[0])]
      if invocation.arguments.count == 2 {
        let (repository, tag) = ImageReference.parts(invocation.arguments[1])
        query += [("repo", repository), ("tag", tag)]
      }
      if let author = options.text("author") { query.append(("author", author)) }
      if let message = options.text("message") { query.append(("comment", message)) }
      for change in options.all("change") { query.append(("changes", change)) }
      if !options.flag("pause") { query.append(("pause", "0")) }
      invocation.printLine(try await invocation.engine.post("/commit", query, as: Wire.IdentifierResponse.self).Id)
      return 0
    }
  }
}
