import TestHosts
import Testing

/// Checks that the steps are the guides' commands, verbatim and complete. The guides are not part of this project:
/// without them, there is nothing to compare.
@Suite(.enabled(if: GuideText.folder != nil)) struct GuideTextTests {
  static let guides: [(String, [Step])] = [
    ("000", SpanishNetworks.steps), ("001", SpanishCompose.steps), ("002", PortugueseNetworks.steps),
    ("003", EnglishNetworks.steps), ("004", EnglishNetworking.steps),
  ]

  @Test(arguments: guides) func everyCommandIsAStep(_ number: String, _ steps: [Step]) throws {
    let guide = try GuideText.read(number)
    let run = steps.compactMap(\.command)
    #expect(!guide.commands.isEmpty || !guide.mentions.isEmpty)
    for command in guide.commands { #expect(run.contains(command), "guide \(number) has \(command)") }
    for mention in guide.mentions {
      #expect(
        run.contains { $0 == mention || $0.hasPrefix(mention + " ") } || Self.general.contains(mention),
        "guide \(number) mentions \(mention)")
    }
    // In its order, and nothing else.
    let all = guide.commands + guide.mentions
    for command in run { #expect(all.contains(command), "guide \(number) does not have \(command)") }
    #expect(run.filter(guide.commands.contains) == guide.commands, "guide \(number)")
  }

  /// Texts that look like a command and are none.
  static let general = ["docker network", "docker create"]

  /// The tested Compose files and fragments are those of the guides.
  @Test(arguments: guides) func everyFileIsTried(_ number: String, _ steps: [Step]) async throws {
    var tried: [String] = []
    for folder in ["mi_humilde_proyecto", "frontend"] {
      tried.append(
        try await TestHost.runOnThisMachine([
          "cat", "\(Binaries.package)/Tests/Support/Guides/\(folder)/docker-compose.yml",
        ]))
    }
    for file in try GuideText.read(number).files {
      let text = file.trimmed
      #expect(
        tried.contains(text)
          || tried.contains { $0.contains(text.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")) }
          || SpanishCompose.piece == text, "guide \(number) has \(text)")
    }
  }
}
