import EngineAPI
import EngineClient

extension Command {
  static var containerLogs: Command {
    Command(
      "container logs", "logs", usage: "[OPTIONS] CONTAINER", summary: "Fetch the logs of a container",
      options: [
        .flag("details", nil, "Show extra details provided to logs"),
        .flag("follow", "f", "Follow log output"),
        .text(
          "since", nil,
          "Show logs since timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)"),
        .text("tail", "n", "Number of lines to show from the end of the logs", default: "\"all\""),
        .flag("timestamps", "t", "Show timestamps"),
        .text(
          "until", nil,
          "Show logs before a timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)"),
      ],
      arguments: .exactly(1)
    ) { invocation in
      let options = invocation.options
      let engine = invocation.engine
      let container: Wire.ContainerInspect = try await engine.get(
        invocation.path("containers", invocation.arguments[0], "/json"))
      var query: EngineSession.Query = [("stdout", "1"), ("stderr", "1")]
      for name in ["follow", "timestamps", "details"] where options.flag(name) { query.append((name, "1")) }
      for name in ["since", "until"] {
        if let text = options.text(name) { query.append((name, try TimeArgument.seconds(text, now: Invocation.now))) }
      }
      query.append(("tail", options.text("tail") ?? "all"))
      let chunks = try await engine.stream(.get, "/containers/\(container.Id)/logs", query)
      var frames = StreamFrameDecoder()
      for try await chunk in chunks {
        guard !container.Config.Tty else {
          guard Descriptor.output.write(chunk) else { return 0 }
          continue
        }
        for piece in try frames.decode(chunk) {
          guard (piece.stream == .stdout ? Descriptor.output : Descriptor.error).write(piece.bytes) else { return 0 }
        }
      }
      return 0
    }
  }
}
