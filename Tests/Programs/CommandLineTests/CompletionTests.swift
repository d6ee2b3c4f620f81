import Testing

@testable import causeway

struct CompletionTests {
  private static let completion = Completion { kind in
    switch kind {
    case .containers(let states):
      let all = [("web", "running"), ("webapp", "running"), ("old", "exited")]
      return all.filter { states.isEmpty || states.contains($0.1) }.map { CompletionCandidate(word: $0.0, help: $0.1) }
    case .networks: return [CompletionCandidate(word: "front"), CompletionCandidate(word: "back")]
    case .images: return [CompletionCandidate(word: "busybox:latest")]
    case .volumes: return [CompletionCandidate(word: "data")]
    case .contexts: return [CompletionCandidate(word: "default"), CompletionCandidate(word: "far")]
    case .objects: return [CompletionCandidate(word: "web"), CompletionCandidate(word: "front")]
    default: return []
    }
  }

  private static func offered(_ line: String) async -> CompletionAnswer {
    let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    return await completion.answer(words: Array(words.dropLast()), current: words.last ?? "")
  }

  @Test(arguments: [
    ("netw", "network"), ("network con", "connect"), ("network connect fr", "front"),
    ("network connect front we", "web webapp"), ("stop ", "web webapp"), ("stop web w", "webapp"), ("rm o", "old"),
    ("start ", "old"), ("run --netw", "--network --network-alias"), ("run --network f", "front"),
    ("run --network=f", "--network=front"), ("run -d --network b", "back bridge"), ("run -it b", "busybox:latest"),
    ("run -p 80:80 busy", "busybox:latest"), ("run -p8080:80 busy", "busybox:latest"), ("run --rm=t", "--rm=true"),
    ("run -v d", "data"), ("--context f", "far"), ("-H unix:///x network rm ba", "back"), ("logs --ta", "--tail"),
    ("ps --filter stat", "status="), ("run --restart un", "unless-stopped"), ("inspect f", "front"),
    ("context use f", "far"), ("run busybox -", ""), ("rmi ", "busybox:latest"), ("exec old --en", ""),
    ("kill -s SIGU", "SIGUSR1 SIGUSR2"), ("nonesuch x", ""), ("--tlsv", "--tlsverify"), ("cp we", "web: webapp:"),
  ])
  func lines(_ line: String, _ words: String) async {
    let answer = await Self.offered(line)
    #expect(answer.candidates.map(\.word).sorted().joined(separator: " ") == words)
  }

  @Test func spaceAndFileDirectives() async {
    #expect(await Self.offered("ps --filter stat").suppressesSpace)
    #expect(await !Self.offered("stop we").suppressesSpace)
    #expect(await Self.offered("cp ./a").offersFiles)
    #expect(await Self.offered("run --env-file ").offersFiles)
    #expect(await Self.offered("run -v ").offersFiles)
    #expect(await Self.offered("network rm ").offersFiles == false)
    #expect(await Self.offered("network rm f").text == "front\n:\n")
    #expect(await Self.offered("ps --filter ances").text == "ancestor=\n: nospace\n")
  }

  /// Without a kind, completion would silently offer nothing.
  @Test func everyArgumentHasACompletionKind() {
    let freeText: Set<String> = [
      "container stats", "context create", "login", "logout", "network create", "search", "volume create", "system df",
      "__complete", "__manual", "compose",
    ]
    for command in CommandCatalog.all where command.arguments != .none {
      let name = command.paths[0].joined(separator: " ")
      guard !freeText.contains(name) else { continue }
      #expect(CompletionCatalog.arguments(of: command) != [.nothing], "\(name)")
    }
  }

  @Test(arguments: [
    ("wbe", "Did you mean 'web'?"), ("webb", "Did you mean 'web' or 'webbb'?"), ("fornt", "Did you mean 'front'?"),
    ("fro", "Did you mean 'front'?"), ("zzz", nil), ("", nil),
  ])
  func suggestions(_ name: String, _ sentence: String?) {
    #expect(Suggestion.sentence(name, among: ["web", "webbb", "front", "old"]) == sentence)
  }

  @Test func missingNamesAreReadFromMessages() {
    func read(_ message: String) -> MissingName? { MissingName(EngineErrorResponse(status: 404, message: message)) }
    #expect(read("No such container: wbe")?.name == "wbe")
    #expect(read("network fornt not found")?.kind == .networks)
    #expect(read("get dta: no such volume")?.name == "dta")
    #expect(read("No such image: busybux:latest")?.name == "busybux")
    #expect(read("page not found") == nil)
    #expect(MissingName(EngineErrorResponse(status: 500, message: "No such container: x")) == nil)
  }

  /// mandoc validates the pages.
  @Test func mandocAcceptsThePages() throws {
    let pages = ManualPage.all
    #expect(Set(pages.map(\.name)).count == pages.count)
    #expect(pages.contains { $0.name == "causeway-network-create" } && pages.contains { $0.name == "causeway" })
    for page in pages {
      let (code, output) = try ChildProcess.run(
        "mandoc", ["-Tlint", "-Wwarning"], input: Array(page.text.utf8))
      #expect(code == 0, "\(page.name): \(String(decoding: output, as: UTF8.self))")
    }
    let network = try #require(pages.first { $0.name == "causeway-network-create" })
    let (_, shown) = try ChildProcess.run("mandoc", ["-Tutf8"], input: Array(network.text.utf8))
    let text = String(decoding: shown, as: UTF8.self)
    #expect(text.contains("subnet") && text.contains("CIDR"))
  }
}
